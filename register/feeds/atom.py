"""News feeds in Atom (RFC 4287), in pages (RFC 5005): what is published about everything or about one subject.

The id of an entry comes from its hash in the ledger: it stays whatever the address of the site, and no other register
has it. The same entry has one id in every feed of a language, and another in the other language.
"""

import re

from flask import Response, redirect, request
from sqlalchemy import Connection

from register import i18n
from register.door import Document, absolute, blueprint, serve
from register.errors import BadParameter
from register.feeds import asking
from register.feeds.identity import urn
from register.ledger import entries
from register.ledger import read as ledger
from register.ledger.subjects import SIDE
from register.web.addressing import check_parameters
from register.web.rendering import reader_language, render

MIMETYPE = "application/atom+xml"
PAGE_SIZE = 50
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/feeds/")
def feeds() -> Response:
    """To the page that explains the feeds."""
    answer: Response = redirect(i18n.path(reader_language(), "follow"), 303)  # type: ignore[assignment]
    answer.vary.update(("Accept-Language",))
    return answer


@blueprint.get("/feeds/<path:feed>")
def feed(feed: str) -> Response:
    """A feed, or one page of it."""
    asked = asking.read("feeds", feed)
    before = _before()
    return serve(asked.language, lambda connection, revision: _made(connection, revision, asked, before))


def _made(connection: Connection, revision: ledger.Revision, asked: asking.Asked, before: int | None) -> Document:
    about, title = asking.subject(connection, asked)
    page = entries.page(connection, asked.language, about, PAGE_SIZE, before)
    register = entries.first_hash(connection)
    text = render(
        "feeds/feed.xml",
        asked.language,
        asked=asked,
        title=title,
        page=page,
        rooms=i18n.KINDS,
        updated=page.rows[0].entry.time if page.rows else revision.time or "1970-01-01T00:00:00+00:00",
        id=urn,
        register=register,
        before=before,
        absolute=absolute,
        home=_page_of(asked),
    )
    return Document(_NOT_IN_XML.sub("\ufffd", text), MIMETYPE)


def _page_of(asked: asking.Asked) -> str:
    """The page on which people read what the feed is about."""
    if not asked.kind:
        return i18n.path(asked.language)
    if asked.kind == SIDE:
        return i18n.path(asked.language, "follow", side=asked.reference)
    return i18n.path(asked.language, i18n.KINDS[asked.kind], asked.reference)


def _before() -> int | None:
    """The position that the page ends at. Raises BadParameter for what is none, and for any other parameter."""
    check_parameters("before")
    found = request.args.get("before")
    if found is not None and not (found.isascii() and found.isdigit() and len(found) <= 12):
        raise BadParameter("before", found[:40], "value")
    return int(found) if found is not None else None
