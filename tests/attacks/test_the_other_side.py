"""The other side can neither read, count, search nor infer a note that is not for it."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
from flask import Flask

from register.i18n import path
from register.models import Account
from register.notes.queries import PAGE_SIZE
from tests.notes.conftest import REFERENCE, ROOM
from tests.workers import People, WorkClient

MARK = "klaproosveld"
NOTES = path("en", "notes")
# Everything that could show a note, or how many there are.
PLACES = (
    NOTES, ROOM, f"{NOTES}?q={MARK}", f"{NOTES}?q=a", f"{NOTES}?kind=agreement", f"{NOTES}?reference={REFERENCE}",
    path("en", "desk"), path("en", "own"), path("en", "own-export"), path("en", "agreements", REFERENCE),
    path("en", "agreements", q=MARK), path("en"),
)  # fmt: skip

Browser = Callable[..., WorkClient]


def everything(client: WorkClient, app: Flask, queries: Any) -> dict[str, tuple[Any, ...]]:
    """Each place as it is told: status, headers, body, and how many queries it took."""
    found = {}
    for place in PLACES:
        with queries(app) as made:
            answer = client.get(place)
        found[place] = answer.status, list(answer.headers), answer.data, len(made)
    return found


def test_nothing_changes_for_those_who_may_not_read_it(
    app: Flask, browser: Browser, people: People, wrote: Callable[..., str], queries: Any
) -> None:
    """Thirty notes, which would fill more than a page, leave every answer as it was, to the last byte and query."""
    author = people("diplomat", side="vl")
    wrote(people("diplomat"), "Een gewone notitie.", "both")
    strangers = {
        "the other side": people("diplomat", topics=["water"]),
        "a joint body": people(side="joint", topics=["water"]),
        "an administrator of the author's side": people("administrator", side="vl"),
        "nobody in particular": people(side="vl"),
    }
    clients = {name: browser(account) for name, account in strangers.items()}
    everything(clients["the other side"], app, queries)  # what is worked out once for each revision is worked out now
    before = {name: everything(client, app, queries) for name, client in clients.items()}
    for _ in range(PAGE_SIZE + 5):
        note = wrote(author, f"{MARK} a")
    for name, client in clients.items():
        after = everything(client, app, queries)
        for place in PLACES:
            assert after[place] == before[name][place], f"{name} can tell at {place}"
    # It is there all the same, for those it is for.
    assert MARK in browser(author).get(NOTES).text
    assert f"{PAGE_SIZE + 6} notes" in browser(people("diplomat", side="vl")).get(NOTES).text
    # Nor does its name say anything: as an address or as a page key it is like one that does not exist.
    for client in clients.values():
        unknown = client.get(path("en", "notes", "note/AAAAAAAAAAAAAAAA"))
        known = client.get(path("en", "notes", f"note/{note}"))
        assert (known.status, known.data) == (unknown.status, unknown.data)
        for way in ("after", "before"):
            made_up = client.get(NOTES, query_string={way: "A" * 16})
            real = client.get(NOTES, query_string={way: note})
            assert (real.status, real.data.replace(note.encode(), b"A" * 16)) == (made_up.status, made_up.data)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_removed_note_is_nowhere_any_more(browser: Browser, people: People, wrote: Callable[..., str]) -> None:
    author: Account = people("diplomat")
    reader = browser(people("diplomat", side="vl"))
    note = wrote(author, f"{MARK} b", "both")
    assert MARK in reader.get(NOTES).text
    mine = browser(author)
    assert mine.post(path("en", "notes", f"note/{note}"), data={"act": "remove", "version": "1"}).status_code == 303
    for client in (reader, mine):
        for place in (NOTES, ROOM, path("en", "desk")):
            assert MARK not in client.get(place).text
        assert client.get(path("en", "notes", f"note/{note}")).status_code == 404


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_public_pages_know_no_note_and_nobody(
    app: Flask, browser: Browser, people: People, wrote: Callable[..., str]
) -> None:
    author = people("diplomat", name=f"Auteur {MARK}")
    wrote(author, f"{MARK} c", "both")
    wrote(author, f"{MARK} d")
    inside, outside = browser(author), app.test_client()
    for language in ("nl", "en"):
        for place in (
            path(language), path(language, "topics"), path(language, "agreements"),
            path(language, "agreements", REFERENCE), path(language, "agreements", q=MARK), path(language, "privacy"),
            path(language, "organisations"), f"/id/agreement/{REFERENCE}", path(language, "agreements", "NLVL-1-1"),
        ):  # fmt: skip
            for client in (inside, outside):
                answer = client.get(place)
                echoed = (f'value="{MARK}"', f"q={MARK}", f'">{MARK}</a>')  # what the reader looked for, said back
                assert MARK not in reduce(lambda said, echo: said.replace(echo, ""), echoed, answer.text), place
            assert inside.get(place).data == outside.get(place).data, f"{place} knows who is signed in"
