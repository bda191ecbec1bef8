"""The permission table, line by line: what is expected here was written by hand and is derived from nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from register import access
from register.access import MANDATE, RULES, Person, Thing
from register.db import Database
from register.models import Account, AuditEntry, Note, Totp

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def person(name: str, *roles: str, mandates: Iterable[str] = (), factor: bool = False, topics: Any = ()) -> Person:
    side = name.partition("-")[0]
    return Person(name, side, name, "example", "nl", frozenset(roles), frozenset(topics), frozenset(mandates), factor)


PEOPLE: dict[str, Person | None] = {
    "nobody": None,
    **{
        found.id: found
        for side in ("nl", "vl", "joint")
        for found in (
            person(f"{side}-plain"),
            person(f"{side}-coordinator", "coordinator", topics=["water"]),
            person(f"{side}-diplomat", "diplomat"),
            person(f"{side}-administrator", "administrator", factor=True),
            person(f"{side}-administrator-bare", "administrator"),
            person(f"{side}-mandated", "diplomat", mandates=["water"], factor=True),
            person(f"{side}-mandated-bare", "diplomat", mandates=["water", ""]),
            person(
                f"{side}-mandated-all", "coordinator", "administrator", mandates=[""], topics=["water"], factor=True
            ),
        )
    },
}

NL_WORKING = "nl-coordinator nl-diplomat nl-mandated nl-mandated-bare nl-mandated-all"
VL_WORKING = "vl-coordinator vl-diplomat vl-mandated vl-mandated-bare vl-mandated-all"
JOINT_WORKING = "joint-coordinator joint-diplomat joint-mandated joint-mandated-bare joint-mandated-all"
WORKING = f"{NL_WORKING} {VL_WORKING} {JOINT_WORKING}"
NL_HEADS = "nl-administrator nl-mandated-all"  # who administers and has shown two factors
VL_HEADS = "vl-administrator vl-mandated-all"
JOINT_HEADS = "joint-administrator joint-mandated-all"


def account(owner: str, state: str) -> Thing:
    return Thing("account", owner.partition("-")[0], owner, state)


def record(side: str, *topics: str, by: str = "somebody") -> Thing:
    return Thing("record", side, by, "proposed", frozenset(topics))


# Verb, thing, and everybody who may. Whoever is not named may not.
TABLE: list[tuple[str, Thing, str]] = [
    # One's own account, and those of others: administrators of the same side only, and never their own.
    ("see", account("nl-diplomat", "active"), f"nl-diplomat {NL_HEADS}"),
    ("see", account("nl-other", "active"), NL_HEADS),
    ("see", account("nl-other", "invited"), NL_HEADS),
    ("see", account("nl-other", "removed"), NL_HEADS),
    ("see", account("nl-administrator", "active"), NL_HEADS),
    ("see", account("nl-administrator-bare", "active"), f"nl-administrator-bare {NL_HEADS}"),
    ("see", account("vl-other", "active"), VL_HEADS),
    ("see", account("vl-diplomat", "active"), f"vl-diplomat {VL_HEADS}"),
    ("see", account("joint-other", "active"), JOINT_HEADS),
    ("change own", account("nl-plain", "active"), "nl-plain"),
    ("change own", account("vl-administrator-bare", "active"), "vl-administrator-bare"),
    ("change own", account("joint-coordinator", "active"), "joint-coordinator"),
    ("change own", account("nl-plain", "invited"), ""),
    ("change own", account("nl-plain", "removed"), ""),
    ("invite", account("nl-other", "new"), NL_HEADS),
    ("invite", account("nl-other", "invited"), NL_HEADS),
    ("invite", account("nl-other", "active"), ""),
    ("invite", account("nl-other", "removed"), ""),
    ("invite", account("vl-other", "new"), VL_HEADS),
    ("invite", account("joint-other", "new"), JOINT_HEADS),
    ("invite", Thing("account", "", "", "new"), ""),
    ("change", account("nl-other", "active"), NL_HEADS),
    ("change", account("nl-other", "invited"), NL_HEADS),
    ("change", account("nl-other", "removed"), ""),
    ("change", account("nl-administrator", "active"), "nl-mandated-all"),
    ("change", account("vl-other", "active"), VL_HEADS),
    ("remove", account("nl-other", "active"), NL_HEADS),
    ("remove", account("nl-other", "invited"), NL_HEADS),
    ("remove", account("nl-other", "removed"), ""),
    ("remove", account("nl-mandated-all", "active"), "nl-administrator"),
    ("remove", account("vl-other", "invited"), VL_HEADS),
    ("reset", account("nl-other", "active"), NL_HEADS),
    ("reset", account("nl-other", "invited"), ""),
    ("reset", account("nl-other", "removed"), ""),
    ("reset", account("nl-administrator", "active"), "nl-mandated-all"),
    ("reset", account("vl-other", "active"), VL_HEADS),
    # Mandates: never to oneself, and never in a joint body.
    ("give", Thing("mandate", "nl", "nl-other", "new"), NL_HEADS),
    ("give", Thing("mandate", "nl", "nl-administrator", "new"), "nl-mandated-all"),
    ("give", Thing("mandate", "nl", "nl-other", "standing"), ""),
    ("give", Thing("mandate", "vl", "vl-other", "new"), VL_HEADS),
    ("give", Thing("mandate", "joint", "joint-other", "new"), ""),
    ("change", Thing("mandate", "nl", "nl-other", "standing"), NL_HEADS),
    ("change", Thing("mandate", "nl", "nl-other", "ended"), ""),
    ("change", Thing("mandate", "nl", "nl-mandated-all", "standing"), "nl-administrator"),
    ("change", Thing("mandate", "vl", "vl-other", "standing"), VL_HEADS),
    # The audit trail.
    ("see", Thing("audit", "nl"), NL_HEADS),
    ("see", Thing("audit", "vl"), VL_HEADS),
    ("see", Thing("audit", "joint"), JOINT_HEADS),
    ("see", Thing("audit", ""), ""),
    # Notes: those of one side (the side is named), and those of both (none is).
    ("see", Thing("note", "nl", "nl-diplomat", "standing"), NL_WORKING),
    ("see", Thing("note", "vl", "vl-diplomat", "standing"), VL_WORKING),
    ("see", Thing("note", "", "nl-diplomat", "standing"), WORKING),
    ("see", Thing("note", "", "joint-coordinator", "standing"), WORKING),
    ("see", Thing("note", "nl", "nl-diplomat", "removed"), ""),
    ("see", Thing("note", "", "nl-diplomat", "removed"), ""),
    ("write own", Thing("note", "nl", "", "new"), NL_WORKING),
    ("write own", Thing("note", "vl", "", "new"), VL_WORKING),
    ("write own", Thing("note", "joint", "", "new"), ""),
    ("write own", Thing("note", "", "", "new"), ""),
    ("write", Thing("note", "", "", "new"), WORKING),
    ("write", Thing("note", "nl", "", "new"), ""),
    ("change", Thing("note", "nl", "nl-diplomat", "standing"), "nl-diplomat"),
    ("change", Thing("note", "", "nl-diplomat", "standing"), "nl-diplomat"),
    ("change", Thing("note", "", "joint-coordinator", "standing"), "joint-coordinator"),
    ("change", Thing("note", "nl", "nl-diplomat", "removed"), ""),
    ("change", Thing("note", "nl", "nl-plain", "standing"), ""),
    ("change", Thing("note", "nl", "nl-administrator", "standing"), ""),
    ("change", Thing("note", "vl", "nl-diplomat", "standing"), ""),
    # Reports that are being written: of the side of whoever writes them; changed by them alone, while it makes sense.
    ("see", Thing("draft", "nl", "nl-diplomat", "draft"), NL_WORKING),
    ("see", Thing("draft", "vl", "vl-diplomat", "published"), VL_WORKING),
    ("see", Thing("draft", "joint", "joint-coordinator", "draft"), JOINT_WORKING),
    ("see", Thing("draft", "", "nl-diplomat", "draft"), ""),
    ("write", Thing("draft", "nl", "", "new"), NL_WORKING),
    ("write", Thing("draft", "joint", "", "new"), JOINT_WORKING),
    ("write own", Thing("draft", "nl", "", "new"), NL_WORKING),
    ("write own", Thing("draft", "vl", "", "new"), VL_WORKING),
    ("write own", Thing("draft", "joint", "", "new"), ""),
    ("change", Thing("draft", "nl", "nl-diplomat", "draft"), "nl-diplomat"),
    ("change", Thing("draft", "nl", "nl-diplomat", "waiting"), "nl-diplomat"),
    ("change", Thing("draft", "nl", "nl-diplomat", "embargoed"), "nl-diplomat"),
    ("change", Thing("draft", "nl", "nl-diplomat", "returned"), "nl-diplomat"),
    ("change", Thing("draft", "nl", "nl-diplomat", "published"), ""),
    ("change", Thing("draft", "nl", "nl-diplomat", "dropped"), ""),
    ("change", Thing("draft", "nl", "nl-administrator", "draft"), ""),
    ("change", Thing("draft", "vl", "nl-diplomat", "draft"), ""),
    ("drop", Thing("draft", "nl", "nl-diplomat", "draft"), "nl-diplomat"),
    ("drop", Thing("draft", "nl", "nl-diplomat", "returned"), "nl-diplomat"),
    ("drop", Thing("draft", "nl", "nl-diplomat", "waiting"), ""),
    ("drop", Thing("draft", "nl", "nl-diplomat", "published"), ""),
    # Texts that wait: those of one side are its own, joint ones (of no side) are for all who work on the register.
    ("see", Thing("translation", "nl", "nl-diplomat", "draft"), NL_WORKING),
    ("see", Thing("translation", "", "nl-diplomat", "waiting"), WORKING),
    ("write", Thing("translation", "joint", "", "new"), JOINT_WORKING),
    ("change", Thing("translation", "nl", "nl-diplomat", "waiting"), "nl-diplomat"),
    ("change", Thing("translation", "nl", "nl-diplomat", "published"), ""),
    ("see", Thing("proposal", "nl", "nl-coordinator", "waiting"), NL_WORKING),
    ("see", Thing("proposal", "vl", "vl-coordinator", "returned"), VL_WORKING),
    ("see", Thing("proposal", "", "joint-coordinator", "waiting"), WORKING),
    ("see", Thing("proposal", "", "nl-coordinator", "published"), WORKING),
    # Confirming: a mandate of that side on every topic, two factors, and not what one wrote oneself.
    ("confirm", record("nl", "water"), "nl-mandated nl-mandated-all"),
    ("confirm", record("vl", "water"), "vl-mandated vl-mandated-all"),
    ("confirm", record("nl", "energie"), "nl-mandated-all"),
    ("confirm", record("nl", "water", "energie"), "nl-mandated-all"),
    ("confirm", record("nl"), "nl-mandated-all"),
    ("confirm", record("nl", "water", by="nl-mandated"), "nl-mandated-all"),
    ("confirm", record("nl", "water", by="nl-mandated-all"), "nl-mandated"),
    ("confirm", record("joint", "water"), ""),
    ("confirm", record("", "water"), ""),
    # Taking back: whoever has a mandate of its side on all its topics, and also whoever wrote it.
    ("withdraw", record("nl", "water", by=""), "nl-mandated nl-mandated-all"),
    ("withdraw", record("vl", "water", by=""), "vl-mandated vl-mandated-all"),
    ("withdraw", record("nl", by=""), "nl-mandated-all"),
    ("withdraw", record("", "water", by=""), ""),
    ("see", Thing("withdrawal", "nl"), f"{NL_WORKING}"),
    ("see", Thing("withdrawal", ""), WORKING),
    # Pauses: whoever administers a side, or has a mandate on all topics, which a pause is about.
    ("declare", Thing("pause", "nl"), f"{NL_HEADS} nl-mandated-all"),
    ("declare", Thing("pause", "vl"), f"{VL_HEADS} vl-mandated-all"),
    ("declare", Thing("pause", "joint"), ""),
    ("declare", Thing("pause", ""), ""),
]


@pytest.mark.parametrize(
    ("verb", "thing", "allowed"), TABLE, ids=[f"{v} {t.kind} {t.side} {t.state}" for v, t, _ in TABLE]
)
def test_who_may(verb: str, thing: Thing, allowed: str) -> None:
    assert {name for name, found in PEOPLE.items() if access.can(found, verb, thing)} == set(allowed.split())


def test_every_line_of_the_table_was_tried() -> None:
    tried = {(verb, thing.kind) for verb, thing, _ in TABLE}
    assert tried == {(rule.verb, rule.kind) for rule in RULES}


def test_nothing_is_allowed_that_no_line_allows() -> None:
    kinds = {rule.kind for rule in RULES} | {"record", "organisation", "sign-in", ""}
    verbs = {rule.verb for rule in RULES} | {"confirm", "delete", "publish", "", "SEE", "see ", "*"}
    listed = {(verb, thing.kind) for verb, thing, _ in TABLE}
    states = ("", "new", "invited", "active", "standing", "removed", "proposed")
    for verb in verbs:
        for kind in kinds:
            if (verb, kind) in listed:
                continue
            for found in PEOPLE.values():
                for side in ("nl", "vl", "joint", ""):
                    for state in states:
                        assert not access.can(found, verb, Thing(kind, side, "nl-diplomat", state)), (verb, kind)


def test_an_unknown_pair_or_model_is_an_error_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        access.may(PEOPLE["nl-administrator"], "delete", "account")
    with pytest.raises(KeyError):
        access.visible(Totp, PEOPLE["nl-administrator"])


def test_an_unknown_role_side_or_mandate_opens_nothing() -> None:
    stranger = person("eu-stranger", "diplomat", "administrator", "minister", mandates=[""], factor=True)
    for verb, thing, allowed in TABLE:
        both = "joint-coordinator" in allowed and "vl-coordinator" in allowed  # notes for everybody who works here
        assert access.can(stranger, verb, thing) == both, (verb, thing)


@pytest.mark.parametrize(
    ("verb", "kind", "allowed"),
    [
        ("see", "account", " ".join(name for name in PEOPLE if name != "nobody")),
        ("change own", "account", " ".join(name for name in PEOPLE if name != "nobody")),
        ("change", "account", f"{NL_HEADS} {VL_HEADS} {JOINT_HEADS}"),
        ("see", "audit", f"{NL_HEADS} {VL_HEADS} {JOINT_HEADS}"),
        ("give", "mandate", f"{NL_HEADS} {VL_HEADS}"),
        ("see", "note", WORKING),
        ("write", "note", WORKING),
        ("write own", "note", f"{NL_WORKING} {VL_WORKING}"),
        ("confirm", "record", "nl-mandated nl-mandated-all vl-mandated vl-mandated-all"),
    ],
)
def test_whose_door_opens(verb: str, kind: str, allowed: str) -> None:
    assert {name for name, found in PEOPLE.items() if access.may(found, verb, kind)} == set(allowed.split())


def test_a_joint_body_never_confirms_whatever_it_holds() -> None:
    joint = person("joint-x", "coordinator", "diplomat", "administrator", MANDATE, mandates=["", "water"], factor=True)
    assert not access.may(joint, "confirm", "record")
    for side in ("nl", "vl", "joint", ""):
        for topics in ((), ("water",), ("",)):
            assert not access.can(joint, "confirm", record(side, *topics))


def test_a_role_that_is_called_mandate_confirms_nothing() -> None:
    crafted = person("nl-x", MANDATE, factor=True)
    assert not access.can(crafted, "confirm", record("nl", "water"))


# --- Lists say the same as single things do, on both databases ---


def test_a_list_shows_what_one_may_see_row_by_row(database: Database) -> None:
    sides = ("nl", "vl", "joint")
    with database.write() as session:
        session.add_all(_account(found.id, found.side) for found in PEOPLE.values() if found)
        session.add_all(
            _account(f"{side}-{state}", side, state=state) for side in sides for state in ("invited", "removed")
        )
        session.flush()
        for side in sides:
            for visibility in ("own", "both"):
                for author in ("diplomat", "plain", "mandated-all"):
                    for removed in (None, NOW):
                        note = Note(
                            kind="agreement", reference="x", side=side, visibility=visibility, text="x", created_at=NOW
                        )
                        note.author_id, note.removed_at = f"{side}-{author}", removed
                        session.add(note)
            for actor in ("", f"{side}-administrator", "vl-diplomat"):
                session.add(
                    AuditEntry(at=NOW, side=side, actor=actor, deed="invited", about=f"{side}-plain", keep_until=NOW)
                )
    with database.read() as session:
        accounts = list(session.exec(select(Account)))
        notes = list(session.exec(select(Note)))
        entries = list(session.exec(select(AuditEntry)))
        assert (len(accounts), len(notes), len(entries)) == (30, 36, 9)
        counts = {}
        for name, found in PEOPLE.items():
            seen = [
                _seen(session, model, found, [(row, thing(row)) for row in rows])
                for model, rows, thing in (
                    (Account, accounts, access.account),
                    (Note, notes, access.note),
                    (AuditEntry, entries, lambda row: Thing("audit", row.side)),
                )
            ]
            counts[name] = tuple(seen)
    # How many of each there must be, by hand: 10 accounts a side, 3 standing notes of one's side and 9 for both.
    for side in sides:
        assert counts[f"{side}-plain"] == (1, 0, 0)
        assert counts[f"{side}-diplomat"] == (1, 12, 0)
        assert counts[f"{side}-administrator"] == (10, 0, 3)
        assert counts[f"{side}-administrator-bare"] == (1, 0, 0)
        assert counts[f"{side}-mandated-all"] == (10, 12, 3)
    assert counts["nobody"] == (0, 0, 0)


def _seen(session: Any, model: Any, found: Person | None, rows: list[tuple[Any, Thing]]) -> int:
    """How many rows the list shows, once they are those that may be seen one by one."""
    listed = {row.id for row in session.exec(select(model).where(access.visible(model, found)))}
    assert listed == {row.id for row, thing in rows if access.can(found, "see", thing)}, (model, found)
    return len(listed)


def _account(name: str, side: str, state: str = "active") -> Account:
    return Account(
        id=name, side=side, organisation="x", name=name, email=f"{name}@x.example", state=state, created_at=NOW
    )
