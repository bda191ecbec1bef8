"""What is hidden changes nothing: with it and without it, every public answer is the same, byte for byte.

One register holds drafts, proposals, embargoed texts, notes, files, people and followers, and texts that were taken
back. Its twin has the same ledger and nothing beside it, and other words in what was taken back.
"""

import html
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from register import door, i18n
from register.db import Database, sqlite
from register.ledger import PUBLIC_TABLES, append, triggers
from register.ledger.tables import projection_state
from tests import factories
from tests.access.world import World
from tests.factories import BOTH, NL, body, report
from tests.publishing.two_keys import surfaces

MOST = 150  # addresses
LINK = re.compile(r'(?:href|src|hx-get)="(/[^"#]*)')
HIDDEN_WORDS = ("verborgen", "nl-own", "joint", "ademtocht", "windstilte", "verb*")
HIDDEN_ADDRESSES = ("/id/agreement/a-new", "/nl/afspraken/a-new", "/feeds/nl/agreement/a-new.atom")


def _publish(database: Database) -> list[int]:
    """Texts beside those of the world: some in view, and an agreement, a report and a hidden session out of it."""
    gone = []
    with database.write() as session:
        connection = session.connection()
        for number in range(3):
            due = {"edtf": f"2026-0{number + 1}", "words": "eens"}
            factories.publish(connection, f"brug-{number}", body("agreement", f"Brug {number}", due=due), *BOTH)
        said = report("agreement/sluizen", "ongoing", "2024-02-01", NL, text="Een ademtocht.")
        for kind, record, what, entry in (
            ("agreement", "weg", body("agreement", "Verborgen ademtocht", summary="Een ademtocht."), "withdrawal"),
            ("update", "weg-bericht", said, "withdrawal"),
            ("session", "even-weg", body("session", "Verborgen ademtocht"), "hiding"),
        ):
            seq = factories.publish(connection, record, what, NL)
            facts = {"target": seq, "side": "nl", "ground": "privacy", "by": []}
            facts |= {"about": {"kind": "agreement", "id": "sluizen"}} if kind == "update" else {}
            facts |= {"until": "2099-01-01"} if entry == "hiding" else {}
            append.note(connection, entry, kind, record, record, **facts)
            gone.append(seq)
    return gone


def _twin(settings_file: Path, folder: Path, gone: list[int]) -> Path:
    """A copy of the register: no row that is not of the ledger, and other words in the entries `gone`."""
    folder.mkdir()
    made = folder / settings_file.name
    # by the library that has the files open: two in one process undo each other's locks
    with closing(sqlite.connect(settings_file)) as source, closing(sqlite.connect(made)) as copy, copy:
        source.backup(copy)
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            copy.execute(f'DROP TRIGGER "{name}"')
        tables = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for name, built in tables:
            if name not in PUBLIC_TABLES | {"alembic_version"} and "VIRTUAL" not in built and "words_" not in name:
                copy.execute(f'DELETE FROM "{name}"')
        for seq in gone:
            for column in ("document", "translations"):
                copy.execute(
                    f"UPDATE publication SET {column} = replace(replace({column}, 'ademtocht', 'windstilte'), "
                    f"'Verborgen', 'Zichtbaar') WHERE seq = ?",
                    [seq],
                )
    return folder


def _begin() -> list[str]:
    """Where a visitor begins, and what nobody links: words and addresses of what is hidden."""
    found = [*HIDDEN_ADDRESSES, "/data/ledger.jsonl", "/robots.txt", *surfaces.starts()]
    for one in i18n.LANGUAGES:
        found += [i18n.path(one, room, q=word) for room in ("search", "agreements") for word in HIDDEN_WORDS]
        found += [i18n.path(one, "search", q=word, typing="1") for word in ("verb", "brug")]
        found += [i18n.download(one, "search", form, q="verborgen") for form in ("csv", "json")]
    for kind, reference in (("agreement", "weg"), ("session", "even-weg"), ("agreement", "NLVL-2023-001")):
        found += surfaces.addresses(kind, reference, (1,))
    return found


def _answers(client: FlaskClient, address: str) -> list[object]:
    """What an address answers, whole and as a fragment: status, headers, bytes."""
    found: list[object] = []
    for headers in ({}, {"HX-Request": "true"}) if "q=" in address else ({},):
        answer = client.get(address, headers=headers, buffered=True)
        assert answer.status_code < 500, address
        found += [answer.status_code, list(answer.headers), answer.data]
    return found


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_hidden_changes_no_public_answer(
    database: Database, make_client: Callable[[Database], FlaskClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_SETTLED", timedelta(days=1))  # or an answer might change between the two
    World(database)
    gone = _publish(database)
    factories.rebuild(database)
    folder = _twin(database.settings.sqlite_file, tmp_path / "twin", gone)
    other = Database(replace(database.settings, data=folder), PUBLIC_TABLES)
    with other.owner.begin() as connection:
        factories.run(connection, triggers.statements("sqlite"))
    factories.rebuild(other)
    for each in (database, other):  # or each answer would name another rebuild in its ETag
        with each.owner.begin() as connection:
            connection.execute(update(projection_state).values(made="alike"))
    with database.read() as session, other.read() as bare:
        for table in ("draft", "proposal", "note", "upload", "translation", "withdrawal", "follower", "account"):
            counted = text(f"SELECT count(*) FROM {table}")
            assert session.scalar(counted) > 0, table
            assert bare.scalar(counted) == 0, table

    clients = [FlaskClient(make_client(each).application, use_cookies=False) for each in (database, other)]
    seen = dict.fromkeys(_begin())
    todo = list(seen)
    while todo:
        address = todo.pop()
        with_it, without = (_answers(client, address) for client in clients)
        assert with_it == without, address
        for link in map(html.unescape, LINK.findall(str(with_it[2]))) if len(seen) < MOST else ():
            if link not in seen and not link.startswith(("/static", *surfaces.SHUT)):
                seen[link] = None
                todo.append(link)
    other.close()
