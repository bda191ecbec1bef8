"""Every public route, and that reading changes nothing. Who may enter the other rooms: tests/access/expected.yaml."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text

from register.db import Database
from register.i18n import LANGUAGES
from tests import pages
from tests.access.walk import room
from tests.conftest import database_of

PUBLIC = "public"  # anyone, without signing in
READ = frozenset({"GET", "HEAD", "OPTIONS"})

# Written by hand: a route that is not here fails, and so does one that is here and no longer there.
ROUTES: dict[str, tuple[frozenset[str], str]] = {
    "/": (READ, PUBLIC),
    "/healthz": (READ, PUBLIC),
    "/toegankelijkheid": (READ, PUBLIC),
    "/id/<kind>/<reference>": (READ, PUBLIC),
    "/id/<kind>/<reference>.json": (READ, PUBLIC),
    "/id/<kind>/<reference>.jsonld": (READ, PUBLIC),
    "/.well-known/security.txt": (READ, PUBLIC),
    "/robots.txt": (READ, PUBLIC),
    "/sitemap.xml": (READ, PUBLIC),
    "/sitemap-<int:part>.xml": (READ, PUBLIC),
    "/cal/": (READ, PUBLIC),
    "/cal/<path:calendar>": (READ, PUBLIC),
    "/data/": (READ, PUBLIC),
    "/data/ledger.jsonl": (READ, PUBLIC),
    "/data/<language>/<kind>.<form>": (READ, PUBLIC),
    "/data/<language>/<kind>/<reference>.<form>": (READ, PUBLIC),
    "/feeds/": (READ, PUBLIC),
    "/feeds/<path:feed>": (READ, PUBLIC),
    "/nl/": (READ, PUBLIC),
    "/nl/themas": (READ, PUBLIC),
    "/nl/themas/<reference>": (READ, PUBLIC),
    "/nl/afspraken": (READ, PUBLIC),
    "/nl/afspraken/<reference>": (READ, PUBLIC),
    "/nl/acties": (READ, PUBLIC),
    "/nl/acties/<reference>": (READ, PUBLIC),
    "/nl/sessies": (READ, PUBLIC),
    "/nl/sessies/<reference>": (READ, PUBLIC),
    "/nl/organisaties": (READ, PUBLIC),
    "/nl/organisaties/<reference>": (READ, PUBLIC),
    "/nl/structuren": (READ, PUBLIC),
    "/nl/structuren/<reference>": (READ, PUBLIC),
    "/nl/parlementaire-verzoeken": (READ, PUBLIC),
    "/nl/parlementaire-verzoeken/<reference>": (READ, PUBLIC),
    "/nl/bronnen": (READ, PUBLIC),
    "/nl/bronnen/<reference>": (READ, PUBLIC),
    "/nl/plaatsen": (READ, PUBLIC),
    "/nl/plaatsen/<reference>": (READ, PUBLIC),
    "/nl/begrippen": (READ, PUBLIC),
    "/nl/begrippen/<reference>": (READ, PUBLIC),
    "/nl/zoeken": (READ, PUBLIC),
    "/nl/geschiedenis/<kind>/<reference>": (READ, PUBLIC),
    "/en/history/<kind>/<reference>": (READ, PUBLIC),
    "/nl/bestanden/<name>": (READ, PUBLIC),
    "/nl/wijzigingen": (READ, PUBLIC),
    "/en/changes": (READ, PUBLIC),
    "/nl/volgen": (READ, PUBLIC),
    "/nl/data": (READ, PUBLIC),
    "/nl/data/controleren": (READ, PUBLIC),
    "/nl/leeswijzer": (READ, PUBLIC),
    "/nl/toegankelijkheid": (READ, PUBLIC),
    "/nl/privacy": (READ, PUBLIC),
    "/en/": (READ, PUBLIC),
    "/en/topics": (READ, PUBLIC),
    "/en/topics/<reference>": (READ, PUBLIC),
    "/en/agreements": (READ, PUBLIC),
    "/en/agreements/<reference>": (READ, PUBLIC),
    "/en/actions": (READ, PUBLIC),
    "/en/actions/<reference>": (READ, PUBLIC),
    "/en/sessions": (READ, PUBLIC),
    "/en/sessions/<reference>": (READ, PUBLIC),
    "/en/organisations": (READ, PUBLIC),
    "/en/organisations/<reference>": (READ, PUBLIC),
    "/en/structures": (READ, PUBLIC),
    "/en/structures/<reference>": (READ, PUBLIC),
    "/en/parliamentary-requests": (READ, PUBLIC),
    "/en/parliamentary-requests/<reference>": (READ, PUBLIC),
    "/en/sources": (READ, PUBLIC),
    "/en/sources/<reference>": (READ, PUBLIC),
    "/en/places": (READ, PUBLIC),
    "/en/places/<reference>": (READ, PUBLIC),
    "/en/glossary": (READ, PUBLIC),
    "/en/glossary/<reference>": (READ, PUBLIC),
    "/en/search": (READ, PUBLIC),
    "/en/files/<name>": (READ, PUBLIC),
    "/en/follow": (READ, PUBLIC),
    "/en/data": (READ, PUBLIC),
    "/en/data/verify": (READ, PUBLIC),
    "/en/how-to-read": (READ, PUBLIC),
    "/en/accessibility": (READ, PUBLIC),
    "/en/privacy": (READ, PUBLIC),
}


def test_every_route_is_known_with_its_methods(app: Flask) -> None:
    """Each is public and named here, or a room with a door, which tests/access/ tries for everybody."""
    public = {rule.rule: frozenset(rule.methods or ()) for rule in app.url_map.iter_rules() if room(app, rule) is None}
    assert public == {rule: methods for rule, (methods, _) in ROUTES.items()}


def test_a_public_route_answers_without_signing_in(client: FlaskClient, seeded: Database) -> None:
    agreement = pages.references(seeded, "agreement")[0]
    for rule, (methods, who) in ROUTES.items():
        assert (methods, who) == (READ, PUBLIC)
        if rule[1:3] in LANGUAGES and ("<reference>" in rule or "<name>" in rule):
            continue  # the crawl opens every record; files: tests/public/test_files.py
        if rule.startswith("/.well-known/"):
            continue  # is there where the operator gave an address
        address = rule.replace("<kind>", "agreement").replace("<reference>", agreement)
        address = address.replace("<language>", "nl").replace("<form>", "json")
        address = (
            address.replace("<path:feed>", "nl.atom").replace("<path:calendar>", "nl.ics").replace("<int:part>", "1")
        )
        assert client.get(address, follow_redirects=True).status_code == 200, address


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_route_takes_what_could_change_something(client: FlaskClient, method: str) -> None:
    for rule in ROUTES:
        address = rule.replace("<kind>", "agreement").replace("<reference>", "NLVL-2023-001")
        address = address.replace("<int:part>", "1")
        answer = client.open(address, method=method, data={"q": "PFAS"})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS"), address


def test_reading_writes_nothing(
    app: Flask, client: FlaskClient, seeded: Database, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    with seeded.reader.connect() as watcher:
        before = _state(seeded, watcher)
        with queries(app) as made:
            for language in ("nl", "en"):
                for address in (*pages.of_every_kind(seeded, language).values(), *pages.failing(language).values()):
                    for method in ("GET", "HEAD", "OPTIONS"):
                        assert client.open(address, method=method).status_code < 500
        assert _state(seeded, watcher) == before
    assert made
    assert {statement.split()[0] for statement in made} <= {"SELECT", "WITH", "(SELECT"}


def test_reading_goes_through_the_public_door_only(
    app: Flask, client: FlaskClient, seeded: Database, queries: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    database = database_of(app)
    with queries(database.writer) as written, queries(database.reader) as read:
        for address in pages.of_every_kind(seeded, "nl").values():
            client.get(address)
    assert (written, read) == ([], [])


def _state(database: Database, watcher: Connection) -> dict[str, object]:
    """What would change if something were written: the head, the number of entries, and on SQLite the file itself."""
    found: dict[str, object] = {
        statement: watcher.execute(text(statement)).all()
        for statement in (
            "SELECT seq, hash FROM head",
            "SELECT count(*), max(seq) FROM publication",
            "SELECT count(*), max(seq) FROM card",
        )
    }
    if not database.settings.postgresql:
        found["data_version"] = watcher.execute(text("PRAGMA data_version")).scalar()
        for file in sorted(database.settings.data.glob("schakel.sqlite*")):
            if not file.name.endswith("-shm"):  # the shared index of the log: readers mark their place in it
                found[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    watcher.rollback()
    return found
