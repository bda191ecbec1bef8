"""What the address of a download asks for: the same parameters as the list or the record that it is of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import request

from register import i18n
from register.door import Visit, absolute
from register.errors import BadParameter, NoSuchAddress
from register.exports.columns import Cell
from register.i18n import mark as _
from register.ledger import clocks, filters, read
from register.web import parameters
from register.web.addressing import check_parameters

FORMS = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "json": "JSON"}
OF_RECORDS = {form: name for form, name in FORMS.items() if form != "csv"}  # a record and its reports: two tables
TITLES = {
    "agreement": _("Agreements"), "action": _("Actions and measures"), "session": _("Sessions"),
    "organisation": _("Organisations"), "structure": _("Structures and tools"),
    "request": _("Parliamentary requests"), "source": _("Sources"), "place": _("Places"), "term": _("Glossary"),
    "update": _("Reports"), "topic": _("Topics"), "search": _("Search"), "changes": _("Changes"),
}  # fmt: skip


class About(NamedTuple):
    """What a download is of: a kind of record or a page, by which clock, and the parameters of its address that narrow
    or sort it. `listing` where it is a list."""

    kind: str
    clock: clocks.Clock
    parameters: Mapping[str, str]
    listing: filters.Listing | None = None


def of_list(listing: filters.Listing) -> About:
    """The same of a list."""
    return About(listing.kind, listing.clock, listing.filters, listing)


def check(
    language: str, kind: str, form: str, forms: dict[str, str], reference: str = "", pages: Sequence[str] = ()
) -> None:
    """Raise NoSuchAddress for a language, a kind (or one of these `pages`) or a form that there is not."""
    if language not in i18n.LANGUAGES:
        raise NoSuchAddress(400, "language", language[:40], tuple(_near(other) for other in i18n.LANGUAGES))
    if (kind not in filters.FILTERS and kind not in pages) or form not in forms:
        said = f"{kind}/{reference}.{form}" if reference else f"{kind}.{form}"
        raise NoSuchAddress(400, "download", said[:60], (_near(language, kind), _page(language)))


def words() -> str:
    """The words that are looked for. Raises BadParameter as the search page does."""
    check_parameters("q")
    return filters.clean("q", request.args.get("q", "")).strip()


def clock(visit: Visit, kind: str) -> clocks.Clock:
    """The clock that the address asks for. Raises BadParameter."""
    known = clocks.questions(kind)
    values = {name: found for name, found in request.args.to_dict(flat=False).items() if name in known}
    return clocks.asked(visit.connection, visit.language, values, visit.today)


def listing(visit: Visit, kind: str) -> filters.Listing:
    """The list that the address asks for, without a page. Raises BadParameter as the list itself does."""
    at = clock(visit, kind)
    linked = [name for name in filters.LINKED if request.args.get(name)]
    known = read.ids(visit.connection, linked, at.seq)
    found = filters.parse(kind, visit.language, request.args.to_dict(flat=False), lambda name: known[name], at)
    for name, value in (("after", found.after), ("before", found.before)):
        if value:
            raise BadParameter(name, value[:40], "unknown", (*filters.FILTERS[kind], "sort", *clocks.questions(kind)))
    return found


def record(visit: Visit, kind: str) -> clocks.Clock:
    """The clock of a record's download, which takes nothing else. Raises BadParameter."""
    check_parameters(*clocks.questions(kind))
    return clock(visit, kind)


def about(visit: Visit, asked: About) -> list[tuple[str, Cell]]:
    """What a download says of itself: what, from where, when, and which filters, in the reader's language."""
    said = i18n.translations(visit.language)
    questions = {
        "": _("How it stands"),
        clocks.AS_OF: _("How it stood on this day, by what is known now"),
        clocks.PUBLISHED_ON: _("What this register showed on this day"),
    }
    found: list[tuple[str, Cell]] = [
        (said.gettext(_("Register")), "Schakel"),
        (said.gettext(_("What")), said.gettext(TITLES[asked.kind])),
        (said.gettext(_("Fetched from")), absolute(request.full_path.rstrip("?"))),
        (said.gettext(_("Question")), said.gettext(questions[asked.clock.name])),
        (said.gettext(_("Day")), asked.clock.today(visit.today)),
        (said.gettext(_("Day of making")), visit.today),
        (said.gettext(_("Register position")), visit.revision.seq),
    ]
    found += [
        (_name(visit.language, name), _value(visit, asked, name, value)) for name, value in asked.parameters.items()
    ]
    if asked.listing:
        found.append((said.gettext(_("Order")), said.gettext(parameters.SORTS[asked.listing.sort])))
    found.append((said.gettext(_("Explanation")), absolute(i18n.path(visit.language, "data"))))
    return found


def plain(visit: Visit, asked: About) -> dict[str, Any]:
    """The same for programs: what was asked for, and of which revision."""
    return {
        "address": absolute(request.full_path.rstrip("?")),
        "kind": asked.kind,
        "parameters": asked.listing.address() if asked.listing else {**asked.parameters, **asked.clock.parameters},
        "day": asked.clock.today(visit.today).isoformat(),
        "made": visit.today.isoformat(),
        "revision": {"seq": visit.revision.seq, "time": visit.revision.time},
    }


def filename(language: str, kind: str, form: str, day: date, reference: str = "") -> str:
    """The name to keep a download by."""
    what = reference or i18n.PATHS[i18n.KINDS.get(kind, kind)][language]
    return f"schakel-{what}-{day.isoformat()}.{form}"


def _name(language: str, name: str) -> str:
    """What a filter is called; the sides that an organisation may belong to are more than the two of the register."""
    return i18n.translations(language).gettext(_("Belongs to")) if name == "side" else parameters.called(language, name)


def _value(visit: Visit, asked: About, name: str, value: str) -> Cell:
    labels = i18n.labels(visit.language)
    words = filters.FILTERS.get(asked.kind, {}).get(name)
    if words:
        return labels[words.__name__][value]
    if name == "change":
        return labels["Change"][value]
    if name in ("from", "to"):
        return date.fromisoformat(value)
    if name == "by":
        return i18n.translations(visit.language).gettext(_("what was public on those days"))
    if name in filters.LINKED:
        return read.titles(visit.connection, visit.language, name, [value], asked.clock.seq).get(value, (value,))[0]
    return value


def _near(language: str, kind: str = "") -> tuple[str, str]:
    found = kind if kind in filters.FILTERS else "agreement"
    return i18n.download(language, found, "csv"), i18n.translations(language).gettext(TITLES[found]) + " (CSV)"


def _page(language: str) -> tuple[str, str]:
    return i18n.path(language, "data"), i18n.translations(language).gettext(_("Data"))
