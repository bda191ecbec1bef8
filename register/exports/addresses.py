"""Addresses of downloads: a list with its filters, one record with its reports; what is found, a topic, the changes."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from flask import Response, redirect, request

from register import i18n
from register.door import Stream, Visit, blueprint, stream
from register.exports import asking, changed, commas, composing, documents, excel, gathered, opendocument, tables
from register.exports.columns import Column
from register.exports.composing import Told
from register.exports.sheets import Sheet
from register.i18n import mark as _
from register.ledger import clocks
from register.ledger.stood import REPORTED
from register.web.rendering import reader_language


@blueprint.get("/data/")
def data_front() -> Response:
    """To the page that explains the downloads."""
    answer: Response = redirect(i18n.path(reader_language(), "data"), 303)  # type: ignore[assignment]
    answer.vary.update(("Accept-Language",))
    return answer


@blueprint.get("/data/<language>/<kind>.<form>")
def list_download(language: str, kind: str, form: str) -> Response:
    """A list, whole, in one form; or what is found, or the changes. Raises NoSuchAddress, and BadParameter as the page
    does."""
    asking.check(language, kind, form, asking.FORMS, pages=tuple(_PAGES))
    make = _PAGES.get(kind)
    return stream(language, lambda visit: make(visit, form) if make else _list(visit, kind, form))


@blueprint.get("/data/<language>/<kind>/<reference>.<form>")
def record_download(language: str, kind: str, reference: str, form: str) -> Response:
    """One record with the reports on it, a topic with all that belongs to it. Raises NoSuchAddress, NotPublished and
    BadParameter."""
    if kind == "topic":
        asking.check(language, kind, form, asking.FORMS, reference, (kind,))
        return stream(language, lambda visit: _topic(visit, reference, form))
    asking.check(language, kind, form, asking.OF_RECORDS, reference)
    return stream(language, lambda visit: _record(visit, kind, reference, form))


def _list(visit: Visit, kind: str, form: str) -> Stream:
    listing = asking.listing(visit, kind)
    found = composing.of_list(visit, listing)
    name = asking.filename(visit.language, kind, form, listing.clock.today(visit.today))
    if form == "json":
        about = asking.plain(visit, asking.of_list(listing))
        return Stream(documents.written(about, found, visit.connection), documents.MIMETYPE, name)
    if form == "csv":
        return Stream(commas.written(_sheet(visit, kind, found)), commas.MIMETYPE, name)
    sheets = [_about(visit, asking.of_list(listing)), _sheet(visit, kind, found)]
    if kind in REPORTED:
        sheets.append(_sheet(visit, "update", composing.reports(visit, listing)))
    return _workbook(sheets, form, name)


def _record(visit: Visit, kind: str, reference: str, form: str) -> Stream:
    clock = asking.record(visit, kind)
    told = composing.of_record(visit, kind, reference, clock)
    reports = composing.reports_on(visit, kind, clock, [told.doc.record]) if kind in REPORTED else []
    name = asking.filename(visit.language, kind, form, clock.today(visit.today), reference)
    asked = asking.About(kind, clock, {})
    if form == "json":
        about = asking.plain(visit, asked)
        return Stream(documents.written(about, [[told, *reports]], visit.connection), documents.MIMETYPE, name)
    sheets = [_about(visit, asked), _sheet(visit, kind, [[told]])]
    if kind in REPORTED:
        sheets.append(_sheet(visit, "update", [reports]))
    return _workbook(sheets, form, name)


def _topic(visit: Visit, reference: str, form: str) -> Stream:
    clock = asking.record(visit, "topic")
    name = asking.filename(visit.language, "topic", form, clock.today(visit.today), reference)
    about = asking.About("topic", clock, {})
    return _gathered(visit, gathered.of_topic(visit, reference, clock), about, form, name)


def _search(visit: Visit, form: str) -> Stream:
    said = asking.words()
    name = asking.filename(visit.language, "search", form, visit.today)
    about = asking.About("search", clocks.NOW, {"q": said})
    return _gathered(visit, gathered.of_search(visit, said) if said else [], about, form, name)


def _gathered(visit: Visit, parts: list[gathered.Part], about: asking.About, form: str, name: str) -> Stream:
    if form == "json":
        told = asking.plain(visit, about)
        return Stream(documents.written(told, gathered.whole(parts), visit.connection), documents.MIMETYPE, name)
    if form == "csv":
        sheet = _sheet(visit, about.kind, gathered.whole(parts), gathered.COLUMNS)
        return Stream(commas.written(sheet), commas.MIMETYPE, name)
    return _workbook([_about(visit, about), *(_sheet(visit, one.kind, one.stretches()) for one in parts)], form, name)


def _changes(visit: Visit, form: str) -> Stream:
    question = changed.question(visit, request.args.to_dict(flat=False))
    asked = question.asked(visit.connection)
    name = asking.filename(visit.language, "changes", form, date.fromisoformat(question.end))
    about = asking.About("changes", asked.window.end, question.address(words=""))
    if form == "json":
        head = {"about": asking.plain(visit, about)}
        return Stream(documents.listed(head, "changes", changed.documents(visit, asked)), documents.MIMETYPE, name)
    said = i18n.translations(visit.language)
    headings = [said.gettext(heading) for heading in changed.HEADINGS]
    sheets = [Sheet(said.gettext(asking.TITLES[kind]), headings, changed.rows(visit, asked, kind)) for kind in REPORTED]
    if form == "csv":
        return Stream(commas.written(Sheet("", headings, chain(*(one.rows for one in sheets)))), commas.MIMETYPE, name)
    return _workbook([_about(visit, about), *sheets], form, name)


_PAGES = {"search": _search, "changes": _changes}


def _workbook(sheets: list[Sheet], form: str, name: str) -> Stream:
    made = excel if form == "xlsx" else opendocument
    return Stream(made.written(sheets), made.MIMETYPE, name)


def _about(visit: Visit, about: asking.About) -> Sheet:
    name = i18n.translations(visit.language).gettext(_("About this file"))
    return Sheet(name, (), asking.about(visit, about))


def _sheet(visit: Visit, kind: str, stretches: Iterable[list[Told]], shared: Sequence[Column] = ()) -> Sheet:
    """The table of a kind, or one with the `shared` columns of several."""
    found = shared or tables.COLUMNS[kind]
    name = i18n.translations(visit.language).gettext(asking.TITLES[kind])
    rows = (tables.cells(told, visit.language, found) for stretch in stretches for told in stretch)
    return Sheet(name, tables.headings(found, visit.language), rows)
