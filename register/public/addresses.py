"""Addresses without a language: the front door, lasting identifiers, and the sign of life."""

from flask import Response, redirect, request

from register import i18n
from register.door import blueprint, database
from register.errors import NotPublished
from register.ledger import read
from register.web.addressing import check_encoding
from register.web.rendering import reader_language


def _see(path: str, code: int) -> Response:
    answer: Response = redirect(path, code)  # type: ignore[assignment]
    answer.vary.update(("Accept", "Accept-Language"))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/")
def front_door() -> Response:
    """To the home page in the reader's language."""
    return _see(i18n.path(reader_language()), 302)


@blueprint.get("/id/<kind>/<reference>")
def lasting(kind: str, reference: str) -> Response:
    """From a lasting identifier to the page of the record, in the reader's language."""
    check_encoding()
    if kind not in i18n.KINDS:
        raise NotPublished(kind, reference)
    language = reader_language()
    with database().public() as connection:
        read.published(connection, language, kind, reference)
    version = request.args.get("version", "")
    return _see(i18n.path(language, i18n.KINDS[kind], reference, version=version), 303)


@blueprint.get("/toegankelijkheid")
def accessibility_statement() -> Response:
    """The accessibility statement at the address where Dutch law looks for it."""
    return _see(i18n.path(reader_language(), "accessibility"), 302)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers once the ledger can be read."""
    with database().public() as connection:
        read.revision(connection)
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
