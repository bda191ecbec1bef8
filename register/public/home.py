"""The home page, and the pages that explain the register."""

from register import i18n, workflow
from register.door import Answer, Visit, database, mails, room
from register.ledger import entries, overview, read
from register.public.topics import statuses
from register.words.vocabulary import Heading, Timeliness

_SHOWN, _LOOKED_AT = 6, 12  # changes on the page, of the newest so many: each record once
_NEWS = ("agreement", "action", "session", "update", "structure", "request")


@room("")
def home(visit: Visit) -> Answer:
    """What this is, the state of the whole, the leading topics, sessions, and the latest changes."""
    connection = visit.connection
    known = visit.sets
    leading = [topic.record for topic in known.topics if topic.heading == Heading.LEADING]
    topics = read.of_records(connection, visit.language, "topic", leading)
    coming, held = overview.sessions_around(connection, visit.today.isoformat(), 3)
    return Answer(
        "home.html",
        {
            "statuses": statuses(overview.statuses(connection, known)),
            "totals": {kind: known.count(kind) for kind in i18n.KINDS},
            "passed": known.count("agreement", ("timeliness", Timeliness.PASSED)),
            "leading": [topics[record] for record in leading],
            "count": known.count,
            "coming": coming,
            "held": held,
            "news": _news(visit),
            "rooms": i18n.KINDS,
        },
    )


def _news(visit: Visit) -> list[entries.Entry]:
    """The latest changes, of each record the last one. One query."""
    found: dict[tuple[str, str], entries.Entry] = {}
    for entry in entries.page(visit.connection, visit.language, None, _LOOKED_AT, kinds=_NEWS).rows:
        found.setdefault((entry.card.about_kind, entry.card.about_record), entry)
    return list(found.values())[:_SHOWN]


def _page(name: str) -> None:
    def show(visit: Visit) -> Answer:
        # What the operator chose; a page that a cache holds says what changes here on the day after.
        periods = workflow.periods(visit.today)
        limits = database().settings.limits
        context = {"limits": limits, "periods": periods, "hidden": workflow.HIDDEN_FOR, "mails": mails()}
        return Answer(f"pages/{name}.html", context)

    show.__name__ = name
    room(name)(show)


for _name in ("reading", "accessibility", "privacy"):
    _page(_name)
