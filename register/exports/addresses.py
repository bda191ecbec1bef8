"""Addresses of downloads: a list with its filters, one record with its reports, and the ledger."""

from collections.abc import Iterable

from flask import Response, redirect

from register import i18n
from register.door import Stream, Visit, blueprint, stream
from register.exports import asking, commas, composing, documents, excel, opendocument, tables
from register.exports.composing import Told
from register.exports.sheets import Sheet
from register.i18n import mark as _
from register.ledger import clocks, filters
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
    """A list, whole, in one form. Raises NoSuchAddress, and BadParameter as the list does."""
    asking.check(language, kind, form, asking.FORMS)
    return stream(language, lambda visit: _list(visit, kind, form))


@blueprint.get("/data/<language>/<kind>/<reference>.<form>")
def record_download(language: str, kind: str, reference: str, form: str) -> Response:
    """One record with the reports on it. Raises NoSuchAddress, NotPublished and BadParameter."""
    asking.check(language, kind, form, asking.OF_RECORDS, reference)
    return stream(language, lambda visit: _record(visit, kind, reference, form))


def _list(visit: Visit, kind: str, form: str) -> Stream:
    listing = asking.listing(visit, kind)
    found = composing.of_list(visit, listing)
    name = asking.filename(visit.language, kind, form, listing.clock.today(visit.today))
    if form == "json":
        about = asking.plain(visit, kind, listing)
        return Stream(documents.written(about, found, visit.connection), documents.MIMETYPE, name)
    if form == "csv":
        return Stream(commas.written(_sheet(visit, kind, found)), commas.MIMETYPE, name)
    sheets = [_about(visit, kind, listing), _sheet(visit, kind, found)]
    if kind in REPORTED:
        sheets.append(_sheet(visit, "update", composing.reports(visit, listing)))
    return _workbook(sheets, form, name)


def _record(visit: Visit, kind: str, reference: str, form: str) -> Stream:
    clock = asking.record(visit, kind)
    told = composing.of_record(visit, kind, reference, clock)
    reports = composing.reports_on(visit, kind, clock, [told.doc.record]) if kind in REPORTED else []
    name = asking.filename(visit.language, kind, form, clock.today(visit.today), reference)
    if form == "json":
        about = asking.plain(visit, kind, clock)
        return Stream(documents.written(about, [[told, *reports]], visit.connection), documents.MIMETYPE, name)
    sheets = [_about(visit, kind, clock), _sheet(visit, kind, [[told]])]
    if kind in REPORTED:
        sheets.append(_sheet(visit, "update", [reports]))
    return _workbook(sheets, form, name)


def _workbook(sheets: list[Sheet], form: str, name: str) -> Stream:
    made = excel if form == "xlsx" else opendocument
    return Stream(made.written(sheets), made.MIMETYPE, name)


def _about(visit: Visit, kind: str, asked: filters.Listing | clocks.Clock) -> Sheet:
    name = i18n.translations(visit.language).gettext(_("About this file"))
    return Sheet(name, (), asking.about(visit, kind, asked))


def _sheet(visit: Visit, kind: str, stretches: Iterable[list[Told]]) -> Sheet:
    name = i18n.translations(visit.language).gettext(asking.TITLES[kind])
    rows = (tables.cells(told, visit.language) for stretch in stretches for told in stretch)
    return Sheet(name, tables.headings(kind, visit.language), rows)
