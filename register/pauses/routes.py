"""The rooms of pauses: those of both sides, declaring one for one's own, and ending it early."""

from register import i18n
from register.access import Thing
from register.errors import FieldError
from register.guards import Go, Page, Rooms, Visit, requires
from register.ledger import notices
from register.models import Account
from register.pauses import service
from register.pauses.forms import EndForm, PauseForm

rooms = Rooms("pauses")


@rooms.open("pauses")
@requires("declare", "pause")
def pauses(visit: Visit) -> Page:
    """The pauses of both sides that are not over."""
    _check(visit)
    found = notices.pauses(visit.session.connection(), visit.today.isoformat())
    return Page("pauses/list.html", {"pauses": found})


@rooms.open("pauses-declare", methods=("GET", "POST"))
@requires("declare", "pause", fresh=True)
def pauses_declare(visit: Visit) -> Page | Go:
    """Declare a pause for one's own side."""
    _check(visit)
    form = PauseForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    form.reason.choices = list(i18n.labels(visit.language)["PauseReason"].items())
    try:
        if visit.writes and form.ok():
            service.declare(visit.trail, _me(visit), form.begins.data, form.ends.data, form.reason.data)
            visit.saved()
            return Go(visit.path("pauses"), "pause-declared")
    except FieldError as error:
        form.fail(error)
    return Page("pauses/declare.html", {"form": form}, status=422 if visit.writes else 200)


@rooms.open("pauses-end", "/<seq>", methods=("GET", "POST"))
@requires("declare", "pause", fresh=True)
def pauses_end(visit: Visit, seq: str) -> Page | Go:
    """End a pause of one's own side."""
    _check(visit)
    pause = service.open_pause(visit.trail, visit.person.side, seq)
    form = EndForm(visit.language, visit.posted if visit.writes else None)
    if visit.writes and form.ok():
        service.end(visit.trail, _me(visit), seq)
        return Go(visit.path("pauses"), "pause-ended")
    return Page("pauses/end.html", {"pause": pause, "form": form})


def _check(visit: Visit) -> None:
    """An administrator, or who has a mandate on all topics: a pause is about all of them."""
    visit.check("declare", Thing("pause", visit.person.side))


def _me(visit: Visit) -> Account:
    return visit.session.get_one(Account, visit.person.id)
