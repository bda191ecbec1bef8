"""The ledger, whole: the very program that visitors are given checks it as it is served, and finds what was changed."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from werkzeug.serving import make_server

from register.config import ROOT
from register.ledger import append
from register.ledger.canonical import digest
from register.ledger.files import File
from register.ledger.parts import texts
from register.ledger.tables import publication
from register.words.vocabulary import Standing
from tests import factories
from tests.factories import BOTH, NL, VL, body, report
from tests.feeds.conftest import SQLITE, Small, small
from tests.ledger.test_taking import take

__all__ = ["small"]
SECRET = "Wat niemand meer mag lezen"


def check(place: str | Path, *head: str) -> tuple[int, str]:
    """What the program says of a ledger, and its exit status."""
    done = subprocess.run(
        [sys.executable, ROOT / "static" / "verify.py", place, *head], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def served(client: FlaskClient) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/data/ledger.jsonl"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@SQLITE
def test_anybody_can_check_it_and_sees_what_was_changed(small: Small, tmp_path: Path) -> None:
    spoken = body("agreement", "Sluizen")
    first = small.publish("sluizen", spoken, *BOTH)
    small.attach("verklaring", "De tekst van een ander.\nNog een regel.")
    hidden = small.publish("bruggen", body("agreement", f"{SECRET} 1"), *BOTH)
    gone = small.publish("een", report("agreement/sluizen", "ongoing", "2023-05", NL, text=f"{SECRET} 2"), NL)
    blanked = small.publish("twee", report("agreement/sluizen", "ongoing", "2023-06", VL, text=f"{SECRET} 3"), VL)
    photo = File("png", b"not really")
    shown = {"title": "Foto", "sha256": hashlib.sha256(photo.data).hexdigest()}
    with_file = small.publish(
        "drie", report("agreement/sluizen", None, "2023-07", NL, text="Zie", evidence=[shown]), NL, files=(photo,)
    )

    def translate(connection: Connection) -> None:
        for seq, said in ((first, spoken), (hidden, body("agreement", f"{SECRET} 1"))):
            words = {path: f"{SECRET if seq == hidden else 'Agreed'} {path}" for path in texts(said)}
            frozen = append.translate(connection, seq, "en", Standing.AGREED, words)
            keys = [append.Confirmation(side, "Director", digest(frozen), "2023-02-01") for side in BOTH]
            append.publish_translation(connection, seq, frozen, keys)

    small.change(translate)
    about = {"kind": "agreement", "id": "sluizen"}
    small.change(lambda connection: take(connection, "withdrawal", gone, side="nl", about=about))
    taker: list[int] = []
    hiding = {"side": "vl", "ground": "privacy", "until": "2099-01-01"}
    small.change(lambda connection: taker.append(take(connection, "hiding", hidden, **hiding)))
    small.change(lambda connection: factories.redact(connection, blanked))

    answer = small.client.get("/data/ledger.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert SECRET not in answer.text
    assert "De tekst van een ander" not in answer.text
    assert lines[hidden - 1]["taken_by"] == taker[0]
    [file] = lines[with_file - 1]["files"]
    assert file["sha256"] == shown["sha256"]
    assert small.client.get(file["address"].removeprefix("http://localhost")).data == photo.data

    head = f"{lines[-1]['seq']}:{lines[-1]['hash']}"
    with served(small.client) as address:
        status, said = check(address, head)
        assert (status, f"head {head}" in said, "4 texts were taken back" in said) == (0, True, True), said
        assert check(f"{address}?from={first}", head)[0] == 0
        status, said = check(address, f"{lines[0]['seq']}:{'0' * 64}")
        assert (status, "is not in this ledger" in said) == (1, True)

    def changed(change: Callable[[list[dict[str, object]]], object]) -> str:
        copy = [dict(line) for line in lines]
        change(copy)
        place = tmp_path / "ledger.jsonl"
        place.write_text("".join(json.dumps(line) + "\n" for line in copy), encoding="utf-8")
        status, said = check(place, head)
        assert status == 1, said
        return said

    at = first - 1
    for field, told in (("document", "this is not the document"), ("translations", "these are not the translations")):
        text = str(lines[at][field])
        other = re.sub("Sluizen", "Sluisen", text)
        assert other != text
        assert f"{first}: {told}" in changed(lambda copy, f=field, o=other: copy[at].update({f: o}))  # type: ignore[misc]
    header = str(lines[at]["header"])
    assert "not the header" in changed(lambda copy: copy[at].update(header=header.replace("Director", "Minister")))
    assert "does not follow" in changed(lambda copy: copy.pop(at))
    silent = changed(lambda copy: copy[at].update(document=None, translations=None))
    assert f"{first}: the text is not there, and no entry took it away" in silent
    assert "is not in this ledger" in changed(lambda copy: copy.pop())
    with small.database.public() as connection:
        assert connection.scalar(select(publication.c.document).where(publication.c.seq == hidden))
