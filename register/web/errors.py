"""From errors to answers: one place. The page for an internal error uses nothing that could fail."""

import logging
import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from register import i18n
from register.errors import BadParameter, NoSuchAddress, NotHere, NotOffered, NotPublished, UnknownField
from register.web import parameters
from register.web.rendering import Here, reader_language, render

log = logging.getLogger("schakel")

_BROKEN = {
    "nl": (
        "Er ging iets mis",
        "Dat ligt aan ons. Probeer het over een paar minuten opnieuw. Blijft het misgaan, meld dan dit kenmerk:",
        "Naar het begin",
    ),
    "en": (
        "Something went wrong",
        "The fault is ours. Try again in a few minutes. If it stays so, tell us this code:",
        "To the start",
    ),
}


def init(app: Flask) -> None:
    """Answer domain errors, HTTP errors and everything unforeseen with a page in the reader's language."""

    @app.errorhandler(BadParameter)
    def bad_parameter(error: BadParameter) -> Response:
        return _page(400, error, **_asked(error))

    @app.errorhandler(NotPublished)
    def not_published(error: NotPublished) -> Response:
        error.reference = _shown(error.reference)
        return _page(404, error)

    @app.errorhandler(NoSuchAddress)
    def no_such_address(error: NoSuchAddress) -> Response:
        return _page(error.status, NoSuchAddress(error.status, error.part, _shown(error.value), error.nearest))

    @app.errorhandler(NotOffered)
    def not_offered(error: NotOffered) -> Response:
        page = _page(406, error)
        page.vary.update(("Accept", "Accept-Language"))
        return page

    @app.errorhandler(UnknownField)
    def unknown_field(error: UnknownField) -> Response:
        bad = BadParameter(error.name, "", "field")
        return _page(400, bad, **_asked(bad))

    @app.errorhandler(NotHere)
    def not_here(_error: NotHere) -> Response:
        return _page(404, None)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        page = _page(error.code, None)
        if isinstance(error, MethodNotAllowed):
            page.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return page

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        return _broken(error)


def _shown(text: str) -> str:
    """What somebody sent, fit for a page: signs that cannot be shown are replaced by one that says so."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _asked(error: BadParameter) -> dict[str, Any]:
    """What the page says of a parameter: what the reader knows it by, its value, and what there is to choose.

    Of what excludes each other, that which the address asks for.
    """
    language = reader_language()
    unknown = error.reason in ("unknown", "field")
    called = i18n.translations(language).gettext(error.called) if error.called else ""
    allowed = error.allowed
    if error.reason == "exclusive":
        allowed = tuple(name for name in allowed if name in request.args)
    known = {name: parameters.called(language, name) for name in allowed}
    near = parameters.nearest(error.name, known) if unknown else []
    return {
        "name": _shown(error.name if unknown else called or parameters.called(language, error.name))[:80],
        "value": _shown(error.value)[:80],
        "known": [(name, known[name]) for name in dict.fromkeys((*near, *known))],
        "offers": parameters.offers(language, error.name, error.value, error.allowed, error.said)
        if error.reason == "value"
        else (),
        "linked": request.method in ("GET", "HEAD"),
    }


def _instead(**changes: str) -> str:
    """The address that was asked for, with other parameters; empty ones are left out."""
    kept = {name: value for name, value in (request.args.to_dict() | changes).items() if value}
    return request.path + ("?" + urlencode(kept) if kept else "")


def _page(
    code: int, error: BadParameter | NotPublished | NoSuchAddress | NotOffered | None, **context: Any
) -> Response:
    language = reader_language()
    try:
        here = Here(
            language, "error", {other: i18n.path(other) for other in i18n.LANGUAGES}, "", 0, i18n.today().isoformat()
        )
        template = f"errors/{code}.html" if code in (400, 404) else "errors/other.html"
        if isinstance(error, NoSuchAddress):
            template = "errors/address.html"
        elif isinstance(error, NotOffered):
            template = "errors/offered.html"
        page = render(template, language, here=here, code=code, error=error, instead=_instead, **context)
    except Exception as second:  # an error page must never become an error
        return _broken(second)
    response = Response(page, status=code, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    return response


def _broken(error: Exception) -> Response:
    mark = secrets.token_hex(6)
    log.error("internal error %s at %s %s", mark, request.method, request.path, exc_info=error)
    language = "en" if request.path.split("/")[1:2] == ["en"] else "nl"
    title, text, start = _BROKEN[language]
    response = Response(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title} – Schakel</title></head><body><main><h1>{title}</h1><p>{text} <code>{mark}</code></p>"
        f'<p><a href="/{language}/">{start}</a></p></main></body></html>',
        status=500,
        mimetype="text/html",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
