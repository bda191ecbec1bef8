"""The way in to every public page: one snapshot through the public door, one ETag, page or fragment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, request, stream_with_context
from sqlalchemy import Connection
from werkzeug.http import generate_etag, is_resource_modified

from register import i18n
from register.db import Database
from register.errors import NoSuchVersion, NotPublished, OutOfView
from register.ledger import nearby, read, sets
from register.web.addressing import check_encoding
from register.web.rendering import Here, build, render, wants_fragment

blueprint = Blueprint("public", __name__)
EXTENSION = "schakel_database"


class Visit(NamedTuple):
    """One reader at one moment: the snapshot that the page is made from, the language, and the day."""

    connection: Connection
    language: str
    revision: read.Revision
    today: date

    @property
    def sets(self) -> sets.Sets:
        """What is kept in memory of this revision. No query, a few for the first after a publication."""
        return sets.current(self.connection, self.today, self.revision)


class Answer(NamedTuple):
    """What a view gives back: the page, its context, the part that htmx swaps (empty: none), and kept parameters."""

    template: str
    context: dict[str, Any]
    fragment: str = ""
    parameters: Mapping[str, str] = MappingProxyType({})
    status: int = 200


class Document(NamedTuple):
    """What a machine is given: the text and its type."""

    text: str | bytes
    mimetype: str


class Stream(NamedTuple):
    """What is too much to be held in memory: its parts, made as they are sent, its type, and the name to keep it by."""

    parts: Iterator[bytes]
    mimetype: str
    name: str


View = Callable[..., Answer]
_SETTLED = timedelta(seconds=5)  # Last-Modified counts in seconds: an entry may follow within the same one


def room(name: str, rule: str = "") -> Callable[[View], View]:
    """Open a view under the path of room `name` in every language; `rule` follows it, as in `/<reference>`."""

    def open_room(view: View) -> View:
        for language in i18n.LANGUAGES:
            blueprint.add_url_rule(
                i18n.path(language, name) + rule,
                endpoint=f"{view.__name__}_{language}",
                view_func=partial(_serve, view, name, language),
                strict_slashes=False,
            )
        return view

    return open_room


def database() -> Database:
    """The database of this application."""
    found: Database = current_app.extensions[EXTENSION]
    return found


def mails() -> bool:
    """Whether one can follow by mail here: there is a mail server, and an address for the links in the mail."""
    settings = database().settings
    return bool(settings.smtp_url and settings.base_url)


def serve(language: str, make: Callable[[Connection, read.Revision], Document]) -> Response:
    """A document for machines, not sent twice. It depends on address, language, build and revision, not on the day.

    `language` is empty for what is in no language.
    """
    check_encoding()
    with database().public() as connection:
        revision = read.revision(connection)
        packed = request.accept_encodings["br"] > 0
        etag = generate_etag("|".join((str(revision), build(), language, request.full_path, str(packed))).encode())
        last = datetime.fromisoformat(revision.time) if revision.time else None
        if not is_resource_modified(request.environ, etag, last_modified=last):
            response = Response(status=304)
        else:
            document = make(connection, revision)
            response = Response(document.text, mimetype=document.mimetype)
    if last and datetime.now(UTC) - last > _SETTLED:
        response.last_modified = last
    return _cached(response, etag, language)


def stream(language: str, make: Callable[[Visit], Stream]) -> Response:
    """Something to be taken along, sent while it is made, all from one snapshot. It depends on the day, too.

    The snapshot is let go when all is sent, or when whoever asked is gone. `language` is empty for what is in none.
    """
    check_encoding()
    day = i18n.today()
    with ExitStack() as open_until_sent:
        connection = open_until_sent.enter_context(database().public())
        revision = read.revision(connection)
        etag = generate_etag("|".join((str(revision), build(), day.isoformat(), request.full_path)).encode())
        if request.if_none_match.contains(etag):
            return _cached(Response(status=304), etag, language)
        made = make(Visit(connection, language or i18n.LANGUAGES[0], revision, day))
        response = Response(stream_with_context(made.parts), mimetype=made.mimetype)
        response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
        response.call_on_close(open_until_sent.pop_all().close)
    return _cached(response, etag, language)


def _serve(view: View, name: str, language: str, **kwargs: str) -> Response:
    check_encoding()
    day = i18n.today()
    with database().public() as connection:
        revision = read.revision(connection)
        mark = f"{revision}|{day}"
        fragment = wants_fragment()
        etag = generate_etag(
            "|".join(
                (mark, build(), request.full_path, str(fragment), str(request.accept_encodings["br"] > 0))
            ).encode()
        )
        if request.if_none_match.contains(etag):
            return _cached(Response(status=304), etag, language)
        try:
            answer = view(Visit(connection, language, revision, day), **kwargs)
        except NotPublished as error:
            error.near = _near(connection, language, name, error)
            raise
    parts = "/".join(kwargs[part] for part in ("kind", "reference") if part in kwargs)
    alternates = {other: i18n.path(other, name, parts, **answer.parameters) for other in i18n.LANGUAGES}
    here = Here(language, name, alternates, absolute(alternates[language]), revision.seq, day.isoformat(), mark)
    template = answer.fragment if fragment and answer.fragment else answer.template
    page = render(template, language, here=here, **answer.context)
    response = _cached(Response(page, status=answer.status, mimetype="text/html"), etag, language)
    if not answer.fragment and set(request.args) - set(answer.parameters):  # a list has refused what it does not know
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response


def _near(connection: Connection, language: str, name: str, error: NotPublished) -> tuple[tuple[str, str], ...]:
    """Addresses in room `name` that come near to one under which nothing was ever published, with their titles."""
    if error.kind not in i18n.KINDS or error.clock or isinstance(error, (NoSuchVersion, OutOfView)):
        return ()
    found = nearby.references(connection, language, error.kind, error.reference)
    return tuple((_address(language, name, error.kind, reference), title) for reference, title in found)


def _address(language: str, name: str, kind: str, reference: str) -> str:
    """The address of another record in the room `name`."""
    if name == i18n.KINDS[kind]:
        return i18n.path(language, name, reference)
    if name == "history":
        return i18n.path(language, name, f"{kind}/{reference}")
    return i18n.path(language, name, **{kind: reference})


def _cached(response: Response, etag: str, language: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    if language:
        response.headers["Content-Language"] = language
    return response


def absolute(path: str) -> str:
    """The whole address of a path of this site: under the public address that the operator set, else as asked."""
    base: str = current_app.config["BASE_URL"] or request.host_url.rstrip("/")
    return base + path
