"""The form of a report. What it takes is kept as it was typed, whether it fits or not."""

from register import access, i18n
from register.access import Person, Thing
from register.drafting.forms import DraftForm, take_files
from register.i18n import mark as _
from register.reports.queries import Record
from register.web import forms
from register.words.vocabulary import SIDES, Status
from register.words.work import Mode
from register.workflow import following

ROWS = (1, 2, 3)  # of evidence
MOST = 4000  # signs of a text, as in the documents of the ledger
# What is kept of a report that somebody writes: the names of the fields.
TYPED = (
    "mode", "status", "text", "language", "other", "as_of",
    *(f"{name}_{row}" for row in ROWS for name in ("title", "link", "file")),
    "embargo_day", "embargo_time",
)  # fmt: skip


class ReportForm(DraftForm):
    """A report."""

    TYPED = TYPED

    mode = forms.choice("", radio=True)
    status = forms.choice("", required=False)
    text = forms.text("", required=False, most=MOST)
    language = forms.choice("", [(language, i18n.NAMES[language]) for language in i18n.LANGUAGES], radio=True)
    other = forms.text("", required=False, most=MOST, rows="4")
    as_of = forms.line("", autocomplete="off")
    title_1 = forms.line("", required=False)
    link_1 = forms.line("", required=False, most=2000, inputmode="url", autocapitalize="none", spellcheck="false")
    title_2 = forms.line("", required=False)
    link_2 = forms.line("", required=False, most=2000, inputmode="url", autocapitalize="none", spellcheck="false")
    title_3 = forms.line("", required=False)
    link_3 = forms.line("", required=False, most=2000, inputmode="url", autocapitalize="none", spellcheck="false")

    def offer(self, language: str, person: Person, record: Record) -> None:
        """Offer what this person may say of this record: in whose name, and with which status."""
        labels = i18n.labels(language)
        modes = offered_modes(person)
        self.mode.choices = [(mode.value, labels["Mode"][mode.value]) for mode in modes]
        last = last_of(person, record)
        told = i18n.translations(language).gettext
        none = [("", told(_("No status: only what stands in the text")))]
        same = [(last.value, told(_("No change: still “%s”")) % labels["Status"][last.value])]
        others = [(status.value, labels["Status"][status.value]) for status in statuses(person, record)]
        rest = [offered for offered in others if offered[0] != last.value]
        self.status.choices = [*none, *rest] if last is Status.UNKNOWN else [*same, *rest, *none]


take_files(ReportForm, ROWS)


class StillForm(forms.Form):
    """Items of which there is nothing new to say."""

    key = forms.hidden()
    items = forms.choices("", required=True)


def offered_modes(person: Person) -> list[Mode]:
    """In whose name this person may write; their own side's first."""
    own = access.can(person, "write own", Thing("draft", person.side, person.id, "new"))
    return [Mode.OWN, Mode.JOINT] if own else [Mode.JOINT]


def last_of(person: Person, record: Record) -> Status:
    """The status that the person's side gave last; for a joint body, the one in which both sides agree."""
    if person.principal:
        return record.last.get(person.side, Status.UNKNOWN)
    both = {record.last.get(side, Status.UNKNOWN) for side in SIDES}
    return both.pop() if len(both) == 1 else Status.UNKNOWN


def statuses(person: Person, record: Record) -> list[Status]:
    """The statuses that may follow what was said last: by the person's side; for a joint body, by each of both."""
    asked = [person.side] if person.principal else list(SIDES)
    allowed = [set(following(record.last.get(side, Status.UNKNOWN))) for side in asked]
    return [status for status in Status if all(status in each for each in allowed)]
