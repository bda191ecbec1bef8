"""For programs that come by: the map of the site for search engines, and where to report a weakness.

The map is cut by position in the ledger, a thousand positions a part, so that no part is ever long to make.
"""

from collections.abc import Iterator
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

from flask import Response
from sqlalchemy import Connection, Row, and_, func, select

from register import i18n
from register.door import Document, absolute, blueprint, database, serve
from register.errors import NotHere
from register.ledger import read
from register.ledger.tables import card, entry_subject, publication
from register.web.addressing import check_parameters

PART = 1000
_TOLD_FOR = timedelta(days=180)
_XML = "application/xml"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_PAGES = ("", "topics", *i18n.ROOMS, "reading", "follow", "data", "verify", "accessibility", "privacy")
# Rooms that only people of the two sides use, and those that lead there.
_NOT_FOR_ROBOTS = ("desk", "sign-in", "sign-out", "invitation", "reset", "address")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """The workspace is not for search engines; the map says what is."""
    rooms = [i18n.path(language, name) for name in _NOT_FOR_ROBOTS for language in i18n.LANGUAGES]
    rooms.append("/data/")  # what is on the pages, once more
    lines = ["User-agent: *", *(f"Disallow: {room}" for room in rooms), f"Sitemap: {absolute('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Where to report a weakness (RFC 9116). Raises NotHere where the operator gave no address."""
    contact = database().settings.security_contact
    if not contact:
        raise NotHere
    expires = (i18n.today() + _TOLD_FOR).isoformat()
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires}T00:00:00Z",
        f"Preferred-Languages: {', '.join(i18n.LANGUAGES)}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The parts of the map: the pages of the site, and the records by their position in the ledger."""
    check_parameters()
    return serve("", lambda _connection, revision: Document(_index(revision), _XML))


@blueprint.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """One part of the map: 0 holds the pages of the site. Raises NotHere for a part that does not exist."""
    check_parameters()
    return serve("", lambda connection, revision: Document(_part(connection, revision, part), _XML))


def _index(revision: read.Revision) -> str:
    parts = (absolute(f"/sitemap-{part}.xml") for part in range(_parts(revision) + 1))
    listed = "".join(f"<sitemap><loc>{escape(part)}</loc></sitemap>\n" for part in parts)
    return f"{_HEAD}<sitemapindex {_SPACES.partition(' ')[0]}>\n{listed}</sitemapindex>\n"


def _parts(revision: read.Revision) -> int:
    return -(-revision.seq // PART)


def _part(connection: Connection, revision: read.Revision, part: int) -> str:
    if part > _parts(revision):
        raise NotHere
    if part == 0:
        found = [_urls({one: i18n.path(one, name) for one in i18n.LANGUAGES}, "", "") for name in _PAGES]
    else:
        found = list(_records(connection, part))
    return f"{_HEAD}<urlset {_SPACES}>\n{''.join(found)}</urlset>\n"


def _records(connection: Connection, part: int) -> Iterator[str]:
    """The records whose current version lies in this part of the ledger. One query."""
    for row in _current(connection, (part - 1) * PART, part * PART):
        pages = {one: i18n.path(one, i18n.KINDS[row.kind], row.reference) for one in i18n.LANGUAGES}
        yield _urls(pages, i18n.lasting(row.kind, row.reference), row.changed)


def _current(connection: Connection, after: int, last: int) -> list[Row[tuple[str, str, str]]]:
    told = publication.alias("told")
    newest = (
        select(func.max(entry_subject.c.seq))
        .where(entry_subject.c.kind == card.c.kind, entry_subject.c.record == card.c.record)
        .scalar_subquery()
    )
    changed = select(told.c.time).where(told.c.seq == newest).scalar_subquery().label("changed")
    same = and_(card.c.kind == publication.c.kind, card.c.record == publication.c.record)
    return list(
        connection.execute(
            select(card.c.kind, card.c.reference, changed)
            .select_from(publication)
            .join(card, and_(same, card.c.seq == publication.c.seq, card.c.pub_to.is_(None)))
            .where(publication.c.seq > after, publication.c.seq <= last, card.c.kind.in_(i18n.KINDS))
            .order_by(publication.c.seq)
        )
    )


def _urls(pages: dict[str, str], neutral: str, changed: str) -> str:
    """A page in each language, each with the others; `neutral` is the address that chooses by the reader."""
    whole = {language: absolute(page) for language, page in pages.items()}
    others = whole | ({"x-default": absolute(neutral)} if neutral else {"x-default": whole[i18n.LANGUAGES[0]]})
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(page)}/>'
        for language, page in others.items()
    )
    dated = f"<lastmod>{changed}</lastmod>" if changed else ""
    return "".join(f"<url><loc>{escape(page)}</loc>{dated}{links}</url>\n" for page in whole.values())
