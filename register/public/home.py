"""The home page, and the pages that explain the register."""

from register import i18n, workflow
from register.door import Answer, Visit, database, room
from register.ledger import entries, filters, overview, read
from register.public.topics import statuses
from register.words.vocabulary import Heading, Timeliness

_NEWS = ("agreement", "action", "session", "update", "structure", "request")


@room("")
def home(visit: Visit) -> Answer:
    """What this is, the state of the whole, the leading topics, sessions, and the latest changes."""
    connection = visit.connection
    counts = overview.status_counts(connection)
    coming, held = overview.sessions_around(connection, visit.today.isoformat(), 3)
    return Answer(
        "home.html",
        {
            "statuses": statuses(counts),
            "totals": _totals(counts),
            "passed": overview.counts(connection, "agreement", filters.timely(Timeliness.PASSED, visit.today)),
            "leading": [
                topic
                for topic in read.all_of(connection, visit.language, "topic")
                if topic.body["heading"] == Heading.LEADING
            ],
            "per_topic": overview.topic_counts(connection),
            "coming": coming,
            "held": held,
            "news": entries.page(connection, visit.language, None, 6, kinds=_NEWS).rows,
            "rooms": i18n.KINDS,
        },
    )


def _totals(counts: dict[tuple[str, str], int]) -> dict[str, int]:
    totals: dict[str, int] = dict.fromkeys(i18n.KINDS, 0)
    for (kind, _status), count in counts.items():
        totals[kind] = totals.get(kind, 0) + count
    return totals


def _page(name: str) -> None:
    def show(visit: Visit) -> Answer:
        # What the operator chose; a page that a cache holds says what changes here on the day after.
        periods = workflow.periods(visit.today)
        context = {"limits": database().settings.limits, "periods": periods, "hidden": workflow.HIDDEN_FOR}
        return Answer(f"pages/{name}.html", context)

    show.__name__ = name
    room(name)(show)


for _name in ("reading", "accessibility", "privacy"):
    _page(_name)
