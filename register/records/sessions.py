"""A session: planned, changed, cancelled, or held with its outcomes. Both sides confirm it, since both meet."""

from collections.abc import Mapping
from typing import Any, ClassVar

from register import i18n, workflow
from register.access import Person
from register.errors import FieldError
from register.i18n import mark as _
from register.records import points, series
from register.records.agreements import DATE, ONE_ON_EACH_LINE
from register.records.forms import MOST, OUTCOMES, MeetingForm, kept
from register.records.reading import Reader, Shown
from register.records.shape import Group, Kind, Start
from register.web import forms
from register.words.dates import read_edtf
from register.words.vocabulary import OutcomeKind, SessionState

# The clocks that a form offers; a document may name any other.
ZONES = {
    "Europe/Amsterdam": _("Amsterdam and Brussels"),
    "Europe/London": _("London"),
    "Europe/Helsinki": _("Helsinki"),
    "America/New_York": _("New York"),
}


class SessionForm(MeetingForm):
    """A session."""

    TYPED = kept(
        "title", "summary", "title_other", "summary_other", "type", "state", "date", "begins", "ends", "zone", "place",
        "topics", "organisations", "agreements", "follows", "carried", "agenda", "agenda_other",
        passages=True, relations=True, meeting=True,
    )  # fmt: skip
    WORDS: ClassVar[dict[str, str]] = {"type": "SessionKind", "state": "SessionState"}

    type = forms.choice(_("Kind"))
    state = forms.choice(_("State"))
    topics = forms.choices(_("Topics"), required=True)
    date = forms.line(_("Date"), required=False, autocomplete="off")
    begins = forms.line(_("Begins at"), required=False, most=20, autocomplete="off")
    ends = forms.line(_("Ends at"), required=False, most=20, autocomplete="off")
    zone = forms.choice(_("On the clock of"), required=False)
    place = forms.line(_("Place"), required=False, list="choose-place", autocomplete="off")
    organisations = forms.text(_("Organisations that are invited"), required=False, most=MOST, rows="4")
    agreements = forms.text(_("Agreements that it is about"), required=False, most=MOST, rows="3")
    follows = forms.line(_("Follows on"), required=False, list="choose-session", autocomplete="off")
    carried = forms.choices(_("Open points of the session before: put on this agenda"))
    agenda = forms.text(_("Agenda"), required=False, most=MOST)
    agenda_other = forms.text(_("Agenda in the other language"), required=False, most=MOST)

    def offer(self, language: str, person: Person) -> None:
        """Offer the words of outcomes, and the clocks."""
        super().offer(language, person)
        labels, told = i18n.labels(language)["OutcomeKind"], i18n.translations(language).gettext
        kinds = [("", "–"), *((kind.value, labels[kind]) for kind in OutcomeKind)]
        for row in OUTCOMES:
            self._choices(f"outcome_kind_{row}", kinds)
            self._choices(f"outcome_open_{row}", [("", told(_("settled"))), (points.OPEN, told(_("still open")))])
        self._choices("zone", [(zone, told(name)) for zone, name in ZONES.items()])

    def _choices(self, name: str, offered: list[tuple[str, str]]) -> None:
        field: Any = self[name]
        field.choices = offered


def whose(_typed: Mapping[str, str], _side: str) -> dict[str, Any]:
    """A session is never one side's own."""
    return {}


def read(reader: Reader) -> dict[str, Any]:
    """The body that was typed."""
    place, follows, when = reader.one("place", "place"), reader.one("follows", "session"), reader.date("date")
    outcomes = points.outcomes(reader)
    _checked(reader, when, outcomes)
    made = {
        "title": reader.text("title"),
        "summary": reader.text("summary"),
        "citations": reader.citations(),
        "type": reader.line("type"),
        "state": reader.line("state"),
        "date": when,
        "time": _hours(reader, when),
        "place": place.record if place else None,
        "topics": reader.ticked("topics"),
        "agreements": reader.many("agreements", "agreement"),
        "organisations": reader.many("organisations", "organisation"),
        "follows": follows.record if follows else None,
        "agenda": points.agenda(reader, series.open_points(reader.session, follows.record) if follows else []),
        "evidence": points.papers(reader),
        "outcomes": outcomes,
        "relations": reader.relations(),
    }
    points.in_both_languages(reader, made)
    return made


def show(shown: Shown, body: dict[str, Any]) -> dict[str, str]:
    """The body as it would be typed."""
    hours = body["time"] or {}
    return {
        **shown.texts(body, "title", "summary"),
        **shown.plain(body, "type", "state"),
        **shown.plain(hours, "begins", "ends", "zone"),
        **shown.dates(body, "date"),
        **shown.citations(body),
        **shown.relations(body),
        **points.shown(shown, body),
        "topics": "\n".join(body["topics"]),
        "agreements": shown.names_of("agreement", body["agreements"]),
        "organisations": shown.names_of("organisation", body["organisations"]),
        "place": shown.names_of("place", [body["place"]] if body["place"] else []),
        "follows": shown.names_of("session", [body["follows"]] if body["follows"] else []),
    }


def _checked(reader: Reader, when: dict[str, str] | None, outcomes: list[dict[str, Any]]) -> None:
    """Whether the state may follow the public one, and fits the date and the outcomes."""
    state, last = SessionState(reader.typed["state"]), reader.base.get("state")
    if not workflow.session_may(SessionState(last) if last else None, state):
        told = _("This cannot follow the state that is public now. What was held stays held.") if last else _(
            "A new session is expected, planned or held."
        )  # fmt: skip
        reader.faults.append(FieldError("state", told))
    if state in (SessionState.PLANNED, SessionState.HELD) and when is None and not reader.typed.get("date"):
        reader.faults.append(FieldError("date", _("Say when: a session that is planned or held has a date.")))
    if when and state is SessionState.HELD and read_edtf(when["edtf"]).first > reader.today:
        reader.faults.append(FieldError("date", _("This lies in the future. A session that was held does not.")))
    if when and state is SessionState.PLANNED and read_edtf(when["edtf"]).last < reader.today:
        told = _("This date has passed. Say that the session was held or cancelled, or give its new date.")
        reader.faults.append(FieldError("date", told))
    if outcomes and state is not SessionState.HELD:
        reader.faults.append(FieldError("outcome_1", _("Only a session that was held has outcomes.")))


def _hours(reader: Reader, when: dict[str, str] | None) -> dict[str, Any] | None:
    """The time of day: it needs a date that names its day, and ends after it begins."""
    begins, ends = points.clock(reader, "begins"), points.clock(reader, "ends")
    if not begins:
        if ends:
            reader.faults.append(FieldError("begins", _("Say when it begins, too.")))
        return None
    if when and (read_edtf(when["edtf"]).precision != "day" or read_edtf(when["edtf"]).approximate):
        reader.faults.append(FieldError("begins", _("A time belongs to one day: give the day as the date.")))
    elif ends and ends <= begins:
        reader.faults.append(FieldError("ends", _("The end must come after the beginning.")))
    return {"begins": begins, "ends": ends or None, "zone": reader.line("zone") or next(iter(ZONES))}


KIND = Kind(
    "session",
    SessionForm,
    (
        Group("", ("title", "summary", "type", "state", "date", "begins", "ends", "zone", "place", "topics")),
        Group(_("Who and what"), ("organisations", "agreements", "follows")),
        Group(_("Agenda"), ("carried", "agenda", "agenda_other")),
        Group(_("Papers to be read"), ("papers",), folded=True),
        Group(_("Outcomes, once it was held"), ("outcomes",), folded=True),
        Group(_("Where it is written"), ("passages",), folded=True),
        Group(_("Relations"), ("relations",), folded=True),
    ),
    {
        "summary": _("In your own words, short and plain: what it is about."),
        "state": _("Expected: agreed, no date yet. Planned: the date is set. Held: it took place."),
        "date": DATE,
        "begins": _("As 14:30. It needs a date that is one day."),
        "organisations": ONE_ON_EACH_LINE,
        "agreements": ONE_ON_EACH_LINE,
        "follows": _("The session before it in the series. Save the draft to see its open points."),
        "agenda": _("One point on each line. End a line with a reference in brackets, such as [NLVL-2023-001], to name the agreement or action that it is about."),  # noqa: E501 - one sentence for who translates it
        "agenda_other": _("Line by line the same points."),
        "papers": _("Pages on the web and files, such as the agenda as it was sent."),
        "outcomes": _("What was told, decided or is to be done. An open point is offered when the next session of the series is planned."),  # noqa: E501 - one sentence for who translates it
    },
    whose,
    read,
    show,
    ("source", "place", "session"),
    new=Start(("follows",), series.next_of),
    change=Start(("state",), series.turned),
    prepare=series.prepare,
)  # fmt: skip
