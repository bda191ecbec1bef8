"""The pages of proposing: the form in its groups, what another version has that it has not, a draft to be read."""

from collections.abc import Callable
from typing import Any, NamedTuple

import wtforms

from register import i18n
from register.drafting import files
from register.drafting import service as drafting
from register.drafting.files import AtHand, FilesWriting
from register.drafting.service import ON_ITS_WAY, Fit, Kept
from register.guards import Page, Visit
from register.i18n import KINDS as ROOMS
from register.i18n import mark as _
from register.ledger import moving
from register.models import Draft
from register.publishing import confirming, evidence, proposing
from register.records import naming, service
from register.records.forms import OUTCOME, OUTCOMES, PAPERS, PASSAGE, RELATION, ROWS, RecordForm
from register.records.service import Subject
from register.words import saying
from register.words.dates import DateReading, read_edtf

DATES = ("made", "due", "date", "designated_on", "new", "agreed_on")
OTHERS = {"embargo_day": _("Embargo: day"), "embargo_time": _("Embargo: time")}


class Shown(NamedTuple):
    """A group of fields as the page shows it: each with its hint, and its rows."""

    heading: str
    hint: str
    foldable: bool
    folded: bool
    fields: list[tuple[wtforms.Field, str]]
    rows: list[tuple[str, list[list[wtforms.Field]]]]
    files: bool  # whether its rows take files


class Rows(NamedTuple):
    """Fields that come in rows: the heading of a row, its fields, how many there can be, and how many are shown."""

    heading: str
    parts: tuple[str, ...]
    all: range
    least: int


ROWED = {
    "passages": Rows(_("Passage %(number)s"), PASSAGE, ROWS, 2),
    "relations": Rows(_("Relation %(number)s"), RELATION, ROWS, 1),
    "papers": Rows(_("Paper %(number)s"), ("paper", "paper_link", "upload", "file"), PAPERS, 1),
    "outcomes": Rows(_("Outcome %(number)s"), OUTCOME, OUTCOMES, 2),
}


def form(visit: Visit, of: Subject, typed: dict[str, str] | None = None, **given: str) -> RecordForm:
    """The form of a kind, filled from what was sent, what was kept, or `typed`."""
    made = of.kind.form(visit.language, visit.posted if visit.writes else None, visit.kept, **given)
    made.offer(visit.language, visit.person)
    _topics(visit, made)
    if typed is not None and not visit.writes and visit.kept is None:
        made.fill(typed)
    if of.kind.prepare:
        of.kind.prepare(visit.session, visit.language, made)
    return made


class RecordWriting(FilesWriting):
    """A record being written. `replaces`: the digest of the version that it was made from."""

    room = "propose"
    stale = "proposing/stale.html"

    def __init__(
        self, visit: Visit, form: RecordForm, of: Subject, replaces: str | None, address: str, fresh: dict[str, str]
    ) -> None:
        super().__init__(visit, form, fresh)
        self.fields = form
        self.of, self.address = of, address
        compared = str(form["base"].data or "")
        newer = of.base is not None and compared == of.base.digest
        self.replaces = compared if newer else replaces

    def kept(self, typed: dict[str, str]) -> Kept:
        """What is kept, with whose word it will be."""
        return service.kept(self.visit.person, self.of, typed)

    def fit(self, draft: Draft, typed: dict[str, str]) -> Fit:
        """The document that was typed."""
        visit = self.visit
        return service.fit(
            visit.session, visit.person, self.of, self.replaces, typed, visit.now, files.sent_with(visit, draft)
        )

    def sent(self, draft: Draft | None) -> AtHand:
        """The files of the draft, and those of the version that it changes. At most two queries."""
        if not self.form.FILES:
            return {}
        return {**service.published(self.visit.session, self.of), **super().sent(draft)}

    def keep(self, draft: Draft) -> None:
        """Keep the files of this request, and what is named of those that the version in view has."""
        super().keep(draft)
        session, typed = self.visit.session, self.form.typed()
        named = [typed.get(f"file_{row}", "") for row in self.form.FILES]
        if any(named):
            evidence.adopt(session, draft.id, service.published(session, self.of), named, self.visit.now)

    def saving(self, draft: Draft) -> None:
        """Whoever saves has seen what another version has: from then on the draft is a change of that one."""
        draft.replaces = self.replaces

    def page(self, draft: Draft | None, status: int = 200) -> Page:
        """The form, with what came between, and what waits of it."""
        visit, of, form = self.visit, self.of, self.fields
        if of.kind.prepare:
            of.kind.prepare(visit.session, visit.language, form)
        proposal = drafting.last_proposal(visit.session, draft.id) if draft else None
        waits = draft is not None and draft.state in ON_ITS_WAY
        context = {
            "form": form,
            "of": of,
            "rooms": ROOMS,
            "draft": draft,
            "action": self.address,
            "proposal": proposal,
            "waits": waits,
            "missing": sorted(confirming.missing(visit.session, proposal)) if proposal and waits else [],
            "between": self._between(),
            "groups": groups(visit, of, form),
            "choices": naming.offered(visit.session, visit.language, of.kind.choose),
            "names": names(visit, form),
            "words": words(visit, form),
            "readings": readings(visit, form),
            "sent": self.sent(draft),
            "most": visit.settings.limits.evidence_file // files.MB,
        }
        return Page("proposing/form.html", context | self._term(), status=status)

    def _term(self) -> dict[str, Any]:
        """Of a move: the date that holds now, and whether it is another than the form was made from.

        Whoever goes on from this page has seen it, and moves that one.
        """
        if "old" not in self.form:
            return {"term": None, "moved": False}
        now = moving.in_force(self.visit.session.connection(), self.of.about, self.of.record)
        moved = now.said != str(self.form["old"].data or "")
        self.form["old"].data = now.said
        return {"term": now.words.get(self.visit.language, now.said), "moved": moved}

    def _between(self) -> list[tuple[str, str, str, str]]:
        """Field by field what a version published meanwhile has: as it was, as it is now, as it is typed here.

        What was not touched here is taken over from it.
        """
        base = self.of.base
        if base is None or self.replaces in (None, base.digest):
            return []
        session, kind = self.visit.session, self.of.kind
        old = proposing.version(session, kind.name, self.of.record, str(self.replaces))
        before = service.shown(session, kind, old) if old else {}
        theirs, mine = service.shown(session, kind, base), self.form.typed()
        differing = [name for name in self.form.TYPED if theirs.get(name, "") != before.get(name, "")]
        taken = {name: theirs.get(name, "") for name in differing if mine.get(name, "") == before.get(name, "")}
        self.form.fill(mine | taken)
        self.form["base"].data = base.digest
        return [(name, before.get(name, ""), theirs.get(name, ""), mine.get(name, "")) for name in differing]


def draft_page(visit: Visit, of: Subject, draft: Draft) -> Page:
    """A draft to be read: a colleague's, or one that is public or thrown away."""
    typed = drafting.typed(draft)
    read = of.kind.form(visit.language)
    read.offer(visit.language, visit.person)
    _topics(visit, read)
    context = {
        "draft": draft,
        "typed": typed,
        "of": of,
        "rooms": ROOMS,
        "proposal": drafting.last_proposal(visit.session, draft.id),
        "mine": draft.author_id == visit.person.id,
        "fields": [name for name in read.TYPED if typed.get(name)],
        "names": names(visit, read),
        "words": words(visit, read),
        "sent": files.sent_with(visit, draft),
        "name": typed.get("title", ""),
    }
    return Page("proposing/draft.html", context)


def groups(visit: Visit, of: Subject, form: RecordForm) -> list[Shown]:
    """The fields of a form in the groups of its kind; a folded group with something in it is open."""
    told = i18n.translations(visit.language).gettext
    hints = {name: told(hint) for name, hint in of.kind.hints.items()}
    found = []
    for group in of.kind.groups:
        fields = [(form[name], hints.get(name, "")) for name in group.fields if name in form and _offers(form[name])]
        rowed = [name for name in group.fields if name in ROWED]
        rows = [(told(ROWED[name].heading), _rows(form, ROWED[name])) for name in rowed]
        all_of_it = [each for each, _hint in fields] + [each for _of, some in rows for row in some for each in row]
        filled = any(each.data or each.errors for each in all_of_it)
        heading = told(group.heading) if group.heading else ""
        folded = group.folded and not filled
        hint = " ".join(hints[name] for name in rowed if name in hints)
        found.append(Shown(heading, hint, group.folded, folded, fields, rows, "papers" in rowed))
    return found


def names(visit: Visit, form: RecordForm) -> dict[str, str]:
    """What each field is called, in the reader's language; of rows with their number."""
    told = i18n.translations(visit.language).gettext
    found = {}
    for name in form.TYPED:
        row = name.rpartition("_")[2]
        label = OTHERS.get(name) or str(form[name].label.text)
        found[name] = told(label) + (f" ({row})" if row.isdigit() else "")
    return found


def words(visit: Visit, form: RecordForm) -> Callable[[str, str], str]:
    """Gives what was typed in a field, in words."""

    told = i18n.translations(visit.language).gettext

    def of(name: str, value: str) -> str:
        if name.startswith("file_"):
            return told(_("a file with the mark %(mark)s")) % {"mark": value[:12]}
        offered: dict[str, str] = dict(getattr(form[name], "choices", None) or ())
        return ", ".join(offered.get(each, each) for each in value.split("\n")) if offered else value

    return of


def readings(visit: Visit, form: RecordForm) -> dict[str, DateReading]:
    """How each date that was typed is read."""
    found = {}
    for name in DATES:
        said = str(form[name].data or "") if name in form else ""
        understood = saying.understood(said, str(form["language"].data or ""), visit.today) if said else None
        if understood:
            found[name] = read_edtf(understood.edtf)
    return found


def _topics(visit: Visit, form: RecordForm) -> None:
    if "topics" in form:
        field: Any = form["topics"]
        offered = naming.offered(visit.session, visit.language, ["topic"])["topic"]
        field.choices = [(each.record, each.title) for each in offered]


def _offers(field: Any) -> bool:
    """Whether there is anything to tick, where there are boxes that need not be ticked."""
    boxes = isinstance(field, wtforms.SelectMultipleField) and not field.flags.required
    return not boxes or bool(field.choices)


def _rows(form: RecordForm, of: Rows) -> list[list[wtforms.Field]]:
    """The rows that hold something, and one more."""
    rows = [[form[f"{name}_{row}"] for name in of.parts] for row in of.all]
    last = max((place for place, row in enumerate(rows, 1) if any(each.data or each.errors for each in row)), default=0)
    return rows[: max(of.least, last + 1)]
