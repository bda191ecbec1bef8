"""Addresses without a language: the front door, lasting identifiers in the form that is asked for, the sign of life."""

from flask import Response, redirect, request

from register import i18n
from register.door import Document, absolute, blueprint, database, serve
from register.errors import NotOffered, NotPublished
from register.ledger import entries, nearby, read
from register.public import describing
from register.web.addressing import check_encoding, check_parameters, version_asked
from register.web.rendering import reader_language

HTML, JSON, LINKED, ATOM, CALENDAR = (
    "text/html",
    "application/json",
    "application/ld+json",
    "application/atom+xml",
    "text/calendar",
)


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
    """From a lasting identifier to the record in the form and the language that are asked for.

    Raises NotPublished, BadParameter, and NotOffered where nothing that is asked for is there.
    """
    check_encoding()
    check_parameters("version")
    if kind not in i18n.KINDS:
        raise NotPublished(kind, reference)
    language, version = reader_language(), version_asked()
    with database().public() as connection:
        try:
            read.published(connection, language, kind, reference, version)
        except NotPublished as error:
            if type(error) is NotPublished:
                near = nearby.references(connection, language, kind, reference)
                error.near = tuple((i18n.lasting(kind, other), title) for other, title in near)
            raise
    offered = _offered(language, kind, reference, version)
    wanted = request.accept_mimetypes.best_match(list(offered)) if "Accept" in request.headers else HTML
    if wanted is None:
        raise NotOffered(tuple(offered.items()))
    return _see(offered[wanted], 303)


def _offered(language: str, kind: str, reference: str, version: int | None) -> dict[str, str]:
    """The forms of a record, each with its address."""
    found = {
        HTML: i18n.path(language, i18n.KINDS[kind], reference, version=version),
        JSON: i18n.lasting(kind, reference, "json", version),
        LINKED: i18n.lasting(kind, reference, "jsonld", version),
    }
    if kind in i18n.FOLLOWED:
        found[ATOM] = i18n.feed(language, kind, reference)
    if kind == "topic":
        found[CALENDAR] = i18n.calendar(language, kind, reference)
    return found


@blueprint.get("/id/<kind>/<reference>.json")
def as_published(kind: str, reference: str) -> Response:
    """The document as it was published, with its header and hash, so that anybody can check it."""
    check_parameters("version")
    version = version_asked()
    return serve("", lambda connection, _revision: _document(entries.published(connection, kind, reference, version)))


def _document(row: entries.Original) -> Document:
    name = i18n.lasting(row.kind, row.reference)
    said = {
        "identifier": absolute(name),
        "pages": {  # a report stands on the page of what it is about, and has none of its own
            language: absolute(i18n.path(language, i18n.KINDS[row.kind], row.reference))
            for language in (i18n.LANGUAGES if row.kind in i18n.KINDS else ())
        },
        "hash": row.hash,
        "header": row.header,
        "document": row.document,
        "translations": row.translations,
        "check": (
            "hash is the SHA-256 of the text of header (UTF-8); header names the SHA-256 of the text of document, and "
            "of the canonical JSON (RFC 8785) of each translation."
        ),
    }
    return Document(describing.as_json(said), JSON)


@blueprint.get("/id/<kind>/<reference>.jsonld")
def described(kind: str, reference: str) -> Response:
    """The record in the words of schema.org, in the reader's language."""
    check_parameters("version")
    version = version_asked()
    if kind not in i18n.KINDS:
        raise NotPublished(kind, reference)
    language = reader_language()
    answer = serve(
        language,
        lambda connection, _revision: Document(
            describing.as_json(
                describing.of(read.published(connection, language, kind, reference, version), language, absolute)
            ),
            LINKED,
        ),
    )
    answer.vary.add("Accept-Language")
    return answer


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
