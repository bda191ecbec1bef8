"""Writing, changing and removing notes; what is typed is never lost."""

import json
from collections.abc import Callable
from typing import Any

from flask import Flask

from register.i18n import path
from register.models import Account, Note
from tests.accounts import SQLITE
from tests.notes.conftest import ROOM
from tests.workers import Clock, People, WorkClient, forms

pytestmark = SQLITE

Browser = Callable[..., WorkClient]
Wrote = Callable[..., str]
Stored = Callable[[], list[Note]]


def place(note_id: str) -> str:
    return path("en", "notes", f"note/{note_id}")


def test_a_note_is_written_with_its_line_breaks(
    browser: Browser, people: People, stored: Stored, trail: Callable[[], list[Any]]
) -> None:
    author = browser(people("diplomat"))
    page = author.get(ROOM)
    assert "Notes on English Sluizen" in page.text
    answer = author.submit(page, {"text": "Eén\r\nTwee <b>\r\n\r\nDrie"})
    assert (answer.status_code, answer.location) == (303, f"{ROOM}?done=note")
    page = author.get(answer.location)
    assert "The note is saved." in page.text
    assert "<p>Eén<br>Twee &lt;b&gt;</p>" in page.text
    [note] = stored()
    assert (note.text, note.words, note.visibility, note.side) == (
        "Eén\nTwee <b>\n\nDrie",
        "een\ntwee <b>\n\ndrie",
        "own",
        "nl",
    )
    assert [deed for deed, _ in trail()] == ["note_written"]


def test_the_author_changes_it_and_nobody_else(browser: Browser, people: People, wrote: Wrote, stored: Stored) -> None:
    author, colleague = people("diplomat"), people("diplomat")
    note = wrote(author, "Zo was het.", "both")
    other = browser(colleague)
    page = other.get(place(note))
    assert page.status_code == 200
    assert not forms(page)
    assert other.post(place(note), data={"text": "x", "version": "1"}).status_code == 404
    mine = browser(author)
    answer = mine.submit(mine.get(place(note)), {"text": "Zo is het."}, form=0)
    assert answer.location == f"{ROOM}?done=note"
    [row] = stored()
    assert (row.text, row.words, row.version, row.visibility) == ("Zo is het.", "zo is het.", 2, "both")
    assert row.changed_at is not None
    assert "changed on" in other.get(ROOM).text


def test_it_is_removed_with_its_text(
    browser: Browser, people: People, wrote: Wrote, stored: Stored, trail: Callable[[], list[Any]]
) -> None:
    author = people("diplomat")
    note = wrote(author, "Klaproos.")
    mine = browser(author)
    answer = mine.submit(mine.get(place(note)), form=1)
    assert answer.location == f"{ROOM}?done=note-removed"
    [row] = stored()
    assert (row.text, row.words) == ("", "")
    assert row.removed_at is not None
    assert mine.get(place(note)).status_code == 404
    assert "0 notes" in mine.get(ROOM).text
    assert trail() == [("note_removed", json.dumps({"record": "agreement/NLVL-2023-001", "visibility": "own"}))]


def test_a_stale_form_shows_mine_and_theirs(browser: Browser, people: People, wrote: Wrote, stored: Stored) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    desk, phone = browser(author), browser(author)
    old = desk.get(place(note))
    phone.submit(phone.get(place(note)), {"text": "Van de telefoon."}, form=0)
    answer = desk.submit(old, {"text": "Van het bureau."}, form=0)
    assert answer.status_code == 409
    assert "Van de telefoon." in answer.text
    assert forms(answer)[0].fields["text"] == ["Van het bureau."]
    assert stored()[0].text == "Van de telefoon."
    assert desk.submit(answer, form=0).status_code == 303  # seen, and meant
    assert stored()[0].text == "Van het bureau."


def test_a_stale_removal_asks_again(browser: Browser, people: People, wrote: Wrote, stored: Stored) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    mine = browser(author)
    old = mine.get(place(note))
    mine.submit(old, {"text": "Later."}, form=0)
    answer = mine.submit(old, form=1)
    assert answer.status_code == 409
    assert stored()[0].removed_at is None
    assert mine.submit(answer, form=1).status_code == 303
    assert stored()[0].removed_at is not None


def test_a_note_removed_meanwhile_loses_no_text(browser: Browser, people: People, wrote: Wrote, stored: Stored) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.", "both")
    mine = browser(author)
    old = mine.get(place(note))
    mine.submit(old, form=1)
    for text in ("Wat ik net typte.", "x" * 10_001):
        answer = mine.submit(old, {"text": text}, form=0)
        assert answer.status_code == 409
        assert "removed it on" in answer.text
        assert forms(answer)[0].fields["text"] == [text]
    answer = mine.submit(mine.submit(old, {"text": "Wat ik net typte."}, form=0))
    assert answer.location == f"{ROOM}?done=note"
    assert [(row.text, row.visibility) for row in stored() if row.removed_at is None] == [("Wat ik net typte.", "both")]


def test_what_does_not_fit_comes_back(browser: Browser, people: People, wrote: Wrote, stored: Stored) -> None:
    author = people("diplomat")
    mine = browser(author)
    page = mine.get(ROOM)
    for text, told in (("", "Fill in this field."), ("y" * 10_001, "This is too long"), ("a\x07b", "cannot be shown")):
        answer = mine.submit(page, {"text": text})
        assert answer.status_code == 422
        assert told in answer.text
    assert not stored()
    note = wrote(author, "Eerst.")
    answer = mine.submit(mine.get(place(note)), {"text": " "}, form=0)
    assert answer.status_code == 422
    assert stored()[0].text == "Eerst."


def test_an_expired_sign_in_gives_the_text_back(
    browser: Browser, people: People, clock: Clock, wrote: Wrote, sign_in: Callable[..., str]
) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    mine = browser(author)
    new, old = mine.get(ROOM), mine.get(place(note))
    clock.forward(hours=9)
    assert "/sign-in?next=" in mine.submit(new, {"text": "Nieuw en lang.", "visibility": "both"}).location
    assert "/sign-in?next=" in mine.submit(old, {"text": "Anders."}, form=0).location
    sign_in(mine, author)
    assert forms(mine.get(ROOM))[-1].fields["text"] == ["Nieuw en lang."]
    assert forms(mine.get(ROOM))[-1].fields["visibility"] == ["both"]
    page = mine.get(place(note))
    assert forms(page)[0].fields["text"] == ["Anders."]
    mine.submit(page, form=0)
    assert forms(mine.get(place(note)))[0].fields["text"] == ["Anders."]
    assert "What you typed" not in mine.get(place(note)).text


def test_a_kept_removal_gives_nothing_back(
    browser: Browser, people: People, clock: Clock, wrote: Wrote, sign_in: Callable[..., str]
) -> None:
    author = people("diplomat")
    note = wrote(author, "Eerst.")
    mine = browser(author)
    page = mine.get(place(note))
    clock.forward(hours=9)
    mine.submit(page, form=1)
    sign_in(mine, author)
    page = mine.get(place(note))
    assert forms(page)[0].fields["text"] == ["Eerst."]
    assert "What you typed" not in page.text


def test_a_joint_body_writes_for_both_sides_only(browser: Browser, people: People, stored: Stored) -> None:
    joint = browser(people(side="joint", topics=["water"]))
    page = joint.get(ROOM)
    assert "Own side only" not in page.text
    assert joint.post(ROOM, data={"text": "x", "visibility": "own"}).status_code == 422
    assert not stored()
    assert joint.submit(page, {"text": "Samen."}).status_code == 303
    assert [(row.side, row.visibility) for row in stored()] == [("joint", "both")]


class TestOwnSideNotesSwitchedOff:
    def test_none_can_be_written(
        self, browser: Browser, people: People, make_app: Callable[..., Flask], stored: Stored
    ) -> None:
        mine = browser(people("diplomat"), make_app(own_side_notes=False))
        page = mine.get(ROOM)
        assert "switched off" in page.text
        assert forms(page)[-1].fields["visibility"] == ["both"]
        answer = mine.submit(page, {"text": "Toch.", "visibility": "own"})
        assert answer.status_code == 422
        assert forms(answer)[-1].fields["text"] == ["Toch."]
        assert not stored()

    def test_those_that_exist_are_read_and_removed_and_no_more(
        self, browser: Browser, people: People, make_app: Callable[..., Flask], wrote: Wrote, stored: Stored
    ) -> None:
        author, colleague = people("diplomat"), people("diplomat")
        note = wrote(author, "Van vroeger.")
        app = make_app(own_side_notes=False)
        assert "Van vroeger." in browser(colleague, app).get(ROOM).text
        mine = browser(author, app)
        page = mine.get(place(note))
        assert len(forms(page)) == 1
        answer = mine.post(place(note), data={"text": "Anders.", "version": "1"})
        assert answer.status_code == 422
        assert forms(answer)[0].fields["text"] == ["Anders."]
        assert stored()[0].text == "Van vroeger."
        assert mine.submit(page).location == f"{ROOM}?done=note-removed"


def test_the_page_says_who_hosts_and_who_can_read(
    browser: Browser, people: People, make_app: Callable[..., Flask]
) -> None:
    person: Account = people("diplomat")
    assert "Nobody has written down here who hosts" in browser(person).get(ROOM).text
    page = browser(person, make_app(hosted_by="the Ministry of Sluices")).get(ROOM)
    for told in (
        "hosted by the Ministry of Sluices.",
        "Whoever operates the register can read",
        "Laws on open government",
    ):
        assert told in page.text
