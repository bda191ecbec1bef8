"""The columns of the tables, kind by kind: for each its name and what it says, in words for readers.

Names, values and explanations are in the language of the address, since a table is for people; programs read the
documents (`exports.documents`), which hold the fixed words themselves.
"""

from collections.abc import Sequence
from datetime import date

from register import i18n
from register.exports import columns
from register.exports.columns import (
    Cell,
    Column,
    about,
    fixed,
    identifier,
    labelled,
    leads,
    named,
    reported,
    said,
    standing,
    text,
)
from register.exports.composing import Told
from register.i18n import mark as _
from register.words.vocabulary import (
    Basis,
    Belonging,
    Character,
    Competence,
    Confirmation,
    Form,
    Heading,
    Nature,
    OrganisationKind,
    RequestKind,
    SessionKind,
    SessionState,
    Side,
    SourceKind,
    Standing,
    Status,
    StructureKind,
    Timeliness,
    Word,
)

REFERENCE = Column(_("Reference"), _("The lasting reference in this register."), lambda told, _l: told.doc.reference)
TITLE = Column(_("Title"), _("What it is called here."), text("title"))
SUMMARY = Column(_("Summary"), _("What it says, in the words of the register."), text("summary"))
TOPICS = Column(_("Topics"), _("The topics that it belongs to."), named("topics"))
STATUS = Column(_("Status"), _("How it goes, by the latest report."), standing(Status, "status"), Status)
WORD = Column(_("On whose word"), _("Who confirmed that status."), standing(Confirmation, "confirmation"), Confirmation)
IN_TIME = Column(
    _("In time"),
    _("How the term stands on the day of the table; empty where nothing is waited for any more."),
    columns.timeliness,
    Timeliness,
)
REPORTED = (
    Column(
        _("Last report, Netherlands"),
        _("The last day that the latest report of this side is about."),
        reported(Side.NL),
    ),
    Column(
        _("Last report, Flanders"), _("The last day that the latest report of this side is about."), reported(Side.VL)
    ),
)
LEADS = (
    Column(
        _("Lead body, Netherlands"),
        _("Who leads on this side: named in the source or designated by the side; else empty."),
        leads(Side.NL),
    ),
    Column(
        _("Lead body, Flanders"),
        _("Who leads on this side: named in the source or designated by the side; else empty."),
        leads(Side.VL),
    ),
)
PLACES = Column(_("Places"), _("The places that it names."), named("places"))
AGREEMENTS = Column(_("Agreements"), _("The references of the agreements that it belongs to."), named("agreements", 1))
ACTIONS = Column(_("Actions"), _("The references of the actions that it names."), named("actions", 1))
ORGANISATIONS = Column(_("Organisations"), _("The organisations that it names."), named("organisations"))
SOURCES = Column(_("Sources"), _("The documents that it rests on."), columns.sources)
NUMBER = Column(
    _("Number"), _("The number under which the document or the request is known, if there is one."), text("number")
)
WEB = Column(_("Web address"), _("Where it is published by its maker."), text("url"))
MADE = said(
    "made", _("Made, first day"), _("Made, last day"), _("Made"), _("When it was agreed, in the words of the source.")
)
DUE = said(
    "due",
    _("Term, first day"),
    _("Term, last day"),
    _("Term"),
    _("By when it is to be done, in the words of the source."),
)
HOLDS = Column(
    _("Term that holds, last day"),
    _("The last day of the period in which the term that holds lies: the first one, or that to which it was moved."),
    columns.holds,
)
DATE = said(
    "date",
    _("Date, first day"),
    _("Date, last day"),
    _("Date"),
    _("When it took place or was published, in the words of the source."),
)
AS_OF = said(
    "as_of",
    _("As of, first day"),
    _("As of, last day"),
    _("As of"),
    _("Which day or time the report is about, in its own words."),
)
END = (
    Column(
        _("Standing of the words"),
        _("Whether the words are the register’s own, as they were written, or a translation, and of what standing."),
        lambda told, language: labelled(Standing, told.doc.standing, language),
        Standing,
    ),
    Column(
        _("Basis"),
        _("What the text in the register rests on."),
        lambda told, language: labelled(Basis, told.doc.basis, language),
        Basis,
    ),
    Column(_("Confirmed by"), _("The sides that confirmed this very text; empty: none so far."), columns.confirmed),
    Column(_("Version"), _("Which version of the text this is."), lambda told, _l: told.doc.version),
    Column(
        _("Published on"),
        _("The day on which this version was published here."),
        lambda told, _l: date.fromisoformat(i18n.local_day(told.doc.time)),
    ),
    Column(_("Register position"), _("Where this version stands in the ledger."), lambda told, _l: told.doc.seq),
    Column(
        _("Hash"), _("The hash of the entry in the ledger, by which it can be checked."), lambda told, _l: told.doc.hash
    ),
    Column(_("Address"), _("The lasting address of the page."), columns.address),
)
_KIND = (_("Kind"), _("What kind of thing it is."))


def _kind(words: type[Word]) -> Column:
    return Column(*_KIND, fixed(words, "type"), words)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "agreement": (
        REFERENCE,
        TITLE,
        SUMMARY,
        TOPICS,
        Column(_("Nature of it"), _("What the sides did in saying it."), fixed(Nature, "nature"), Nature),
        Column(_("One-sided, whose"), _("Of a one-sided statement: whose it is."), fixed(Side, "one_sided"), Side),
        Column(_("Form"), _("In what kind of document it was said."), fixed(Form, "form"), Form),
        *MADE,
        *DUE,
        HOLDS,
        IN_TIME,
        STATUS,
        WORD,
        *REPORTED,
        *LEADS,
        Column(_("Taking part"), _("Others who take part in it."), named("participants")),
        Column(_("Addressed"), _("Others to whom it is addressed."), named("addressed")),
        Column(
            _("Competence in Flanders"),
            _("Who is competent on the Flemish side; empty where nobody said."),
            fixed(Competence, "competence"),
            Competence,
        ),
        PLACES,
        SOURCES,
        *END,
    ),
    "action": (
        REFERENCE,
        TITLE,
        SUMMARY,
        TOPICS,
        AGREEMENTS,
        Column(
            _("Joint or national"),
            _("Whether both sides do it, or one side by itself."),
            fixed(Character, "character"),
            Character,
        ),
        Column(_("Side"), _("Of a national measure: which side takes it."), fixed(Side, "side"), Side),
        *MADE,
        *DUE,
        HOLDS,
        IN_TIME,
        STATUS,
        WORD,
        *REPORTED,
        *LEADS,
        PLACES,
        SOURCES,
        *END,
    ),
    "session": (
        REFERENCE,
        TITLE,
        SUMMARY,
        _kind(SessionKind),
        Column(
            _("Held or not"),
            _("Whether it took place, as far as anyone said."),
            fixed(SessionState, "state"),
            SessionState,
        ),
        *DATE,
        Column(_("Time"), _("From when until when, on the clock of the time zone that is named."), columns.hours),
        Column(_("Place"), _("Where it takes place."), named("place")),
        TOPICS,
        AGREEMENTS,
        ORGANISATIONS,
        Column(
            _("Agenda"),
            _("The points of the agenda in their order, a line for each, with the reference of what it is about."),
            columns.agenda,
        ),
        Column(
            _("To be read"), _("Its papers, a line for each: title, and web address if it is a page."), columns.evidence
        ),
        Column(_("Outcomes"), _("What it led to, a line for each."), columns.outcomes),
        Column(_("Open points"), _("Outcomes that were still open after it, a line for each."), columns.left_open),
        STATUS,
        WORD,
        *REPORTED,
        SOURCES,
        *END,
    ),
    "organisation": (
        TITLE,
        Column(_("Abbreviation"), _("Its short name."), text("abbreviation")),
        _kind(OrganisationKind),
        Column(
            _("Belongs to"), _("The government or community that it belongs to."), fixed(Belonging, "side"), Belonging
        ),
        SUMMARY,
        Column(
            "TOOI",
            _("Its number in the Dutch register of government organisations, where certain."),
            identifier("tooi"),
        ),
        Column(
            "OVO",
            _("Its number in the Flemish register of government organisations, where certain."),
            identifier("ovo"),
        ),
        WEB,
        Column(_("Part of"), _("The organisation that it is a part of."), named("parent")),
        *END,
    ),
    "structure": (
        REFERENCE,
        TITLE,
        _kind(StructureKind),
        SUMMARY,
        TOPICS,
        AGREEMENTS,
        ORGANISATIONS,
        WEB,
        SOURCES,
        *END,
    ),
    "request": (
        REFERENCE,
        TITLE,
        _kind(RequestKind),
        NUMBER,
        Column(_("Chamber"), _("The parliament that it comes from."), named("chamber")),
        Column(_("Member"), _("Who put it forward, where the document names them."), text("member")),
        SUMMARY,
        Column(_("The government says"), _("What the government says of it."), text("government_says")),
        Column(_("The chamber decided"), _("What the parliament itself decided on it."), text("chamber_decided")),
        TOPICS,
        AGREEMENTS,
        ACTIONS,
        SOURCES,
        *END,
    ),
    "source": (
        TITLE,
        _kind(SourceKind),
        SUMMARY,
        Column(_("Publisher"), _("Who published it."), named("publisher")),
        *DATE,
        NUMBER,
        WEB,
        *END,
    ),
    "place": (TITLE, *END),
    "topic": (
        TITLE,
        SUMMARY,
        Column(_("Heading"), _("Under which heading the topic stands."), fixed(Heading, "heading"), Heading),
        *END,
    ),
    "term": (
        TITLE,
        Column(_("Definition"), _("What the word means here."), text("definition")),
        Column(_("In Flanders"), _("The word that is usual in Flanders, where it differs."), text("flemish")),
        Column(_("Same meaning"), _("Words that mean the same, in both languages."), columns.synonyms),
        *END,
    ),
    "update": (
        REFERENCE,
        Column(_("About"), _("The reference of what the report is about."), about(1)),
        Column(_("About, title"), _("The title of what the report is about."), about(0)),
        *AS_OF,
        Column(_("Said by"), _("The sides whose word it is."), columns.sides),
        Column(_("Third body"), _("The body that recorded it, where it is the word of neither side."), named("third")),
        Column(
            _("Status reported"),
            _("The status that it gives; empty where it gives none."),
            fixed(Status, "status"),
            Status,
        ),
        Column(_("Text"), _("What it says."), text("text")),
        Column(
            _("Evidence"),
            _("What shows it, a line for each: title, and web address if it is a page."),
            columns.evidence,
        ),
        SOURCES,
        *END,
    ),
}


def headings(found: Sequence[Column], language: str) -> list[str]:
    """The names of columns, in a language."""
    said = i18n.translations(language)
    return [said.gettext(column.name) for column in found]


def cells(told: Told, language: str, found: Sequence[Column]) -> list[Cell]:
    """What a record says in these columns."""
    return [column.value(told, language) for column in found]
