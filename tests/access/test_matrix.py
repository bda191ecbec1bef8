"""Everybody goes everywhere: every room × method × state × person, as tests/access/expected.yaml says by hand."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from register.i18n import LANGUAGES
from tests.access.walk import NOBODY, OF_YESTERDAY, PEOPLE, YESTERDAY, Step, Walk, rooms

EXPECTED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
METHODS = ("GET", "POST")
# What somebody meets who may not enter; everybody else meets nothing at all.
SENT = {NOBODY: "sign-in", "nl-removed": "sign-in", "nl-half": "second-step"}


def people(said: str) -> set[str]:
    """Everybody whom a line names, by name or by group."""
    found: set[str] = set()
    for name in said.split():
        if name in EXPECTED["groups"]:
            found |= people(EXPECTED["groups"][name])
        elif name != "-":
            assert name in PEOPLE, f"nobody is called {name}"
            found.add(name)
    return found


def lines() -> dict[str, set[str]]:
    """Every line for one method: `GET notes/note/<note_id> nl-own` and who is let in."""
    found: dict[str, set[str]] = {}
    for line, said in EXPECTED["lines"].items():
        words = line.split()
        methods = [word for word in words if word in METHODS]
        for method in methods:
            name = " ".join([method, *words[len(methods) :]])
            assert name not in found, f"twice: {name}"
            found[name] = people(said)
    return found


def met(name: str, step: Step, allowed: set[str]) -> str:
    """How somebody must be received."""
    if name in allowed:
        return "in"
    return "no" if step.room.need.anyone else SENT.get(name, "no")


def test_every_room_has_a_line_and_every_line_a_room(walk: Walk) -> None:
    assert {step.name for step in walk.steps()} == set(lines())


def test_both_languages_lead_to_the_same_view_with_the_same_need(walk: Walk) -> None:
    for languages in rooms(walk.app).values():
        assert set(languages) in ({*LANGUAGES}, {""})  # or at one address for all, which machines elsewhere know
        assert len(set(languages.values())) == 1


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_is_received_as_expected(walk: Walk, name: str) -> None:
    expected = lines()
    language = LANGUAGES[PEOPLE.index(name) % len(LANGUAGES)]
    wrong = {}
    for step in walk.steps():
        wanted, found = met(name, step, expected[step.name]), walk.received(name, step, language)
        if wanted != found:
            wrong[step.name] = f"{found}, expected {wanted}"
    assert not wrong


def test_what_matters_most_asks_to_show_again_who_one_is(walk: Walk) -> None:
    """Whoever showed it a day ago is sent to show it again, exactly there where the list says so."""
    fresh, asked, expected = set(EXPECTED["fresh"].split()), set(), lines()
    for name in OF_YESTERDAY:
        for step in walk.steps():
            received = walk.received(name + YESTERDAY, step, "en")
            if received == "prove":
                asked.add(step.room.address)
            assert received != "in" or (step.room.address not in fresh and name in expected[step.name]), step.name
    assert asked == fresh


def test_no_request_left_a_trace(walk: Walk) -> None:
    """Each of them was undone: what one did, no other met."""
    with walk.world.database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM audit_entry").scalar() == 0
