"""The ledger's tables: the truth (append-only, migrated) and the disposable projection (rebuilt)."""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text

from register.ledger.truth import NAMING as NAMING
from register.ledger.truth import TRUTH as TRUTH
from register.ledger.truth import Head as Head
from register.ledger.truth import Publication as Publication
from register.ledger.truth import SourceText as SourceText
from register.ledger.truth import evidence_file as evidence_file
from register.ledger.truth import head as head
from register.ledger.truth import publication as publication
from register.ledger.truth import source_text as source_text

projected = MetaData(naming_convention=NAMING)
# Text that is sorted by: byte order on both databases, so that they answer alike.
Ordered = Text().with_variant(Text(collation="C"), "postgresql")

# What a list by term sorts by: what has none comes last.
LAST_DUE = "coalesce(due, '9999-12-31')"

# What lists filter and sort by: one row for each span of ledger positions in which it stood so.
card = Table(
    "card",
    projected,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("pub_from", Integer, nullable=False),
    Column("pub_to", Integer),
    Column("time", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("told_nl", Text, nullable=False),  # the standing of the words in each language
    Column("told_en", Text, nullable=False),
    Column("title_nl", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("by_reference", Ordered, nullable=False),
    Column("by_title_nl", Ordered, nullable=False),
    Column("by_title_en", Ordered, nullable=False),
    Column("topic", Text),
    Column("type", Text),
    Column("nature", Text),
    Column("side", Text),
    Column("heading", Text),
    Column("place", Integer, nullable=False, server_default=text("0")),
    Column("sort_date", Ordered, nullable=False, server_default=text("''")),
    Column("there_from", Ordered, nullable=False, server_default=text("''")),  # ledger.since
    Column("edtf", Text),
    Column("words_nl", Text),
    Column("words_en", Text),
    Column("due", Ordered),
    Column("due_edtf", Text),
    Column("status", Text, nullable=False, server_default=text("'unknown'")),
    Column("status_open", Integer, nullable=False, server_default=text("1")),
    Column("confirmation", Text, nullable=False, server_default=text("'none'")),
    Column("updated", Ordered, nullable=False, server_default=text("''")),
    Column("updated_nl", Text),
    Column("updated_vl", Text),
    Index("ix_card_record", "kind", "record", "pub_from", unique=True),
    Index("ix_card_reference", "kind", "reference"),
    Index("ix_card_history", "kind", "by_reference", "pub_from"),
    # Of what is current, with all that a walk along them asks for, so that no card is looked up: `pub_to` too, which
    # SQLite would else fetch to see what the index's own condition says.
    Index(
        "ix_card_current_type",
        "kind",
        "type",
        "sort_date",
        sqlite_where=text("pub_to IS NULL"),
        postgresql_where=text("pub_to IS NULL"),
    ),
    *(
        Index(
            f"ix_card_current_{name}",
            "kind",
            name,
            "by_reference",
            "seq",
            "pub_to",
            sqlite_where=text("pub_to IS NULL"),
            postgresql_where=text("pub_to IS NULL"),
        )
        for name in ("by_title_nl", "by_title_en", "sort_date", "updated", "status", "topic")
    ),
    Index(
        "ix_card_current_nature",
        "kind",
        "nature",
        "sort_date",
        "by_reference",
        sqlite_where=text("pub_to IS NULL"),
        postgresql_where=text("pub_to IS NULL"),
    ),
    Index(
        "ix_card_current_by_reference",
        "kind",
        "by_reference",
        "seq",
        "pub_to",
        sqlite_where=text("pub_to IS NULL"),
        postgresql_where=text("pub_to IS NULL"),
    ),
    Index(
        "ix_card_current_due",
        "kind",
        text(LAST_DUE),
        "by_reference",
        "seq",
        "pub_to",
        sqlite_where=text("pub_to IS NULL"),
        postgresql_where=text("pub_to IS NULL"),
    ),
    # With what most lists and the ranks of a search sort by, so that hundreds are sorted without being looked up.
    Index(
        "ix_card_current_seq",
        "seq",
        "sort_date",
        "by_reference",
        "pub_to",
        sqlite_where=text("pub_to IS NULL"),
        postgresql_where=text("pub_to IS NULL"),
    ),
    Index("ix_card_pub_from", "pub_from"),
    # Partial, or a planner would look up by it what is current, which is nearly everything.
    Index(
        "ix_card_pub_to", "pub_to", sqlite_where=text("pub_to IS NOT NULL"), postgresql_where=text("pub_to IS NOT NULL")
    ),
    sqlite_strict=True,
)

# How each published text stands in each other language than its own; `words` where they are not those it came with.
# A row lasts until other words take its place; `gone_from`: where a later version took the place of the text itself.
wording = Table(
    "wording",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("pub_from", Integer, primary_key=True, autoincrement=False),
    Column("pub_to", Integer),
    Column("gone_from", Integer),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("words", Text),
    Index("ix_wording_record", "kind", "record"),
    Index(
        "ix_wording_current",
        "standing",
        "seq",
        sqlite_where=text("pub_to IS NULL AND gone_from IS NULL"),
        postgresql_where=text("pub_to IS NULL AND gone_from IS NULL"),
    ),
    sqlite_strict=True,
)

# Which record names which, under what role.
link = Table(
    "link",
    projected,
    Column("from_kind", Text, primary_key=True),
    Column("from_record", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("to_kind", Text, primary_key=True),
    Column("to_record", Text, primary_key=True),
    Column("pub_from", Integer, primary_key=True, autoincrement=False),
    Column("pub_to", Integer),
    Column("seq", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Index("ix_link_to", "to_kind", "to_record", "role"),
    Index("ix_link_pub_from", "pub_from"),
    # Partial, or a planner would look up by it what is current, which is nearly everything.
    Index(
        "ix_link_pub_to", "pub_to", sqlite_where=text("pub_to IS NOT NULL"), postgresql_where=text("pub_to IS NOT NULL")
    ),
    Index("ix_link_seq", "seq"),
    sqlite_strict=True,
)

# What each side last said about a record: one row for each update and side.
position = Table(
    "position",
    projected,
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("update_id", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("status", Text),
    Column("confirmed", Integer, nullable=False),
    Column("pub_from", Integer, primary_key=True, autoincrement=False),
    Column("pub_to", Integer),
    Index("ix_position_seq", "seq"),
    sqlite_strict=True,
)

# What was taken back: the entry `seq` took `target`, or one side's confirmation of it; the entry `ended` ended that.
taken = Table(
    "taken",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("target", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("about_kind", Text, nullable=False),
    Column("about_record", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("ground", Text),
    Column("time", Text, nullable=False),
    Column("until", Text),
    Column("ended", Integer),
    Index("ix_taken_target", "target"),
    Index("ix_taken_record", "kind", "record"),
    Index("ix_taken_about", "about_kind", "about_record"),
    sqlite_strict=True,
)

# A response that was asked of a side on a record, until it came.
asked = Table(
    "asked",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("pub_from", Integer, nullable=False),
    Column("pub_to", Integer),
    Index("ix_asked_record", "kind", "record"),
    sqlite_strict=True,
)

# The pauses of a side: `seq` is the entry that declared it; ended early, it has a row with the other last day.
pause = Table(
    "pause",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("side", Text, nullable=False),
    Column("begins", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("pub_from", Integer, primary_key=True, autoincrement=False),
    Column("pub_to", Integer),
    Index("ix_pause_ends", "ends"),
    sqlite_strict=True,
)

# Records of which an entry says that the readings differ, until they agree again.
differing = Table(
    "differing",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("updates", Text, nullable=False),
    Column("pub_from", Integer, nullable=False),
    Column("pub_to", Integer),
    Index("ix_differing_record", "kind", "record"),
    sqlite_strict=True,
)

# Which entries are about what: a record, or a side (ledger.subjects). One row for each entry and subject, of which one
# is the main one: the record that a report reports on, say.
entry_subject = Table(
    "entry_subject",
    projected,
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("main", Integer, nullable=False),
    Index("ix_entry_subject_seq", "seq", "main"),
    sqlite_strict=True,
)

# How a record stood on each day, by what was published: one row for each span of days, from `day_from` (empty: from
# the beginning) up to `day_to`, in each span of ledger positions. Both clocks of design rule 9 are conditions on it.
stood = Table(
    "stood",
    projected,
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("day_from", Ordered, primary_key=True),
    Column("pub_from", Integer, primary_key=True, autoincrement=False),
    Column("pub_to", Integer),
    Column("day_to", Ordered),
    Column("status", Text, nullable=False),
    Column("status_open", Integer, nullable=False),
    Column("confirmation", Text, nullable=False),
    Column("updated", Ordered, nullable=False),
    Column("updated_nl", Text),
    Column("updated_vl", Text),
    Column("due", Ordered),
    Column("due_edtf", Text),
    Column("state", Text),  # of a session, where its card says another one
    sqlite_strict=True,
)

# The last position of each day on which something was published, by the clock of Amsterdam and Brussels.
published_day = Table(
    "published_day",
    projected,
    Column("day", Ordered, primary_key=True),
    Column("seq", Integer, nullable=False),
    sqlite_strict=True,
)

# The last number given in each series of references, such as NLVL-2023.
numbering = Table(
    "numbering",
    projected,
    Column("series", Text, primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_strict=True,
)

# How far the projection has come, and by which version of its code. `made` is another one after each rebuild.
projection_state = Table(
    "projection_state",
    projected,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    sqlite_strict=True,
)
