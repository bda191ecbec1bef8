"""A register with somebody of every sort and something in every state, under names that expected.yaml uses."""

import json
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from register.accounts import tickets
from register.config import Limits
from register.db import Database
from register.files.findings import Cleaned
from register.following import service as following
from register.following.wanted import Wanted
from register.guards import people as guarded
from register.ledger import append
from register.models import Account, Draft, EmbargoChange, Mandate, Note, Passkey, Proposal, Translation, Withdrawal
from register.publishing import evidence, proposing
from register.telling import stopping
from register.words.files import FileType
from register.words.work import Mode
from tests import factories
from tests.workers import NOON, SECRET, Clock, People

AGREEMENT = "NLVL-2023-001"
# The accounts that are tried one by one. They are named as their people are; ids are random elsewhere.
ACCOUNTS = (
    "nl-diplomat", "nl-administrator", "nl-head", "nl-invited", "nl-removed",
    "vl-diplomat", "vl-administrator", "vl-invited", "joint-coordinator", "joint-administrator",
)  # fmt: skip
Parts = dict[str, str]
FILE = Cleaned(FileType.TXT, b"Wij meten.")
DIGEST = evidence.digest(FILE)
WITH_FILE = ("nl-own", "vl-own", "joint")


class World:
    """The people by name, and what the parts of an address can be: `things["note_id"]["nl-own"]`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people: dict[str, Account] = {}
        self.things: dict[str, dict[str, Parts]] = {}
        self._make = People(database, Clock())
        self._populate()
        with database.write() as session:
            factories.publish(session.connection(), "water", factories.body("topic", "Water"))
            target = factories.publish(session.connection(), "sluizen", factories.body("agreement", "Sluizen"))
            self._reports(session)
            self.things["record"] = {
                "published": {"kind": "agreement", "reference": AGREEMENT},
                "unpublished": {"kind": "agreement", "reference": "NLVL-1900-001"},
                "of no kind": {"kind": "colour", "reference": AGREEMENT},
            }
            self.things["kind"] = {"that is proposed": {"kind": "agreement"}, "that is not": {"kind": "update"}}
            self.things["account"] = {name: {"reference": name} for name in ACCOUNTS} | {"unknown": {"reference": "x"}}
            self.things["service"] = {"that a side has": {"side": "nl"}, "that no side has": {"side": "vl"}}
            self.things["passkey"] = self._passkeys(session)
            self.things["note"] = self._notes(session)
            self.things["mandate"] = self._mandates(session)
            self.things["draft"] = self._drafts(session)
            self.things["record draft"] = self._record_drafts(session)
            self.things["proposal"] = self._proposals(session)
            self.things["withdrawal"] = self._withdrawals(session, target)
            self.things["pause"] = self._pauses(session)
            mark = stopping.token(self.people["nl-plain"], SECRET)
            self.things["stop"] = {"working": {"token": mark}, "unknown": {"token": "nothing"}}
            self.things |= self._following(session)
            self.things["translation"] = self._translations(session)
            for kind in ("invitation", "reset", "address"):
                self.things[kind] = self._tickets(session, kind)

    def _following(self, session: Session) -> dict[str, dict[str, Parts]]:
        now, topic = Clock().now, Wanted("topic", "water")
        asked = following.ask(session, topic, "asks@press.example", "nl", "weekly", now)
        old = following.ask(session, topic, "late@press.example", "nl", "weekly", now - timedelta(days=30))
        other = following.ask(session, topic, "follows@press.example", "en", "weekly", now)
        found = following.requested(session, other, now, Limits())
        assert found is not None
        mark = following.token(following.confirm(session, found, now).id, SECRET)
        unknown = {"unknown": {"token": "nothing"}}
        return {
            "follow request": {"asked": {"token": asked}, "too old": {"token": old}, **unknown},
            "follower": {"following": {"token": mark}, **unknown},
        }

    def _populate(self) -> None:
        for side in ("nl", "vl"):
            self._person(f"{side}-coordinator", topics=["water"])
            self._person(f"{side}-diplomat", "diplomat")
            self._person(f"{side}-administrator", "administrator")
            self._person(f"{side}-mandated", "diplomat", mandates=["water"])
            self._person(f"{side}-invited", "diplomat", state="invited")
        self._person("nl-plain")
        self._person("nl-bare", "administrator", factor="")  # administers, and has no second factor
        self._person("nl-head", "administrator", mandates=[""])
        self._person("nl-half", "diplomat", factor="app")  # whose second factor is still asked for
        self._person("nl-removed", "administrator", state="removed")
        self._person("joint-coordinator", topics=["water"])
        self._person("joint-administrator", "administrator")

    def _person(self, name: str, *roles: str, **given: Any) -> None:
        side = name.partition("-")[0]
        made = self._make(*roles, side=side, id=name, name=name, email=f"{name}@{side}.example", **given)
        self.people[name] = made

    def _passkeys(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"passkey_id": "nothing"}}
        for owner in ("nl-plain", "vl-diplomat"):
            row = Passkey(account_id=owner, credential_id=owner, public_key=b"key", name="key", created_at=NOON)
            session.add(row)
            session.flush()
            found[f"of {owner}"] = {"passkey_id": row.id}
        return found

    def _notes(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"note_id": "nothing"}}
        for name, author, visibility, removed in (
            ("nl-own", "nl-diplomat", "own", None),
            ("nl-both", "nl-diplomat", "both", None),
            ("vl-own", "vl-diplomat", "own", None),
            ("vl-both", "vl-diplomat", "both", None),
            ("joint-both", "joint-coordinator", "both", None),
            ("nl-own of an administrator", "nl-administrator", "own", None),
            ("nl-own removed", "nl-diplomat", "own", NOON),
            ("vl-both removed", "vl-diplomat", "both", NOON),
        ):
            row = Note(kind="agreement", reference=AGREEMENT, side=author.partition("-")[0], visibility=visibility)
            row.author_id, row.text, row.created_at, row.removed_at = author, name, NOON, removed
            session.add(row)
            session.flush()
            found[name] = {"note_id": row.id}
        return found

    def _drafts(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"draft_id": "nothing"}}
        for name, author, mode, state in (
            ("nl-own", "nl-diplomat", "own", "draft"),
            ("nl-joint", "nl-diplomat", "joint", "draft"),
            ("nl-own published", "nl-diplomat", "own", "published"),
            ("nl-own thrown away", "nl-diplomat", "own", "dropped"),
            ("vl-own", "vl-diplomat", "own", "returned"),
            ("of a joint body", "joint-coordinator", "joint", "draft"),
        ):
            row = Draft(about_kind="agreement", about_record="sluizen", mode=mode, side=author.partition("-")[0])
            row.author_id, row.language, row.typed, row.state = author, "nl", "{}", state
            row.created_at = row.changed_at = NOON
            session.add(row)
            session.flush()
            found[name] = {"draft_id": row.id}
            if name in WITH_FILE:
                evidence.store(session, row.id, FILE, NOON)
                row.typed = json.dumps({"file_1": DIGEST})
        self.things["draft file"] = {name: {**found[name], "sha256": DIGEST} for name in (*WITH_FILE[:2], "unknown")}
        return found

    def _record_drafts(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"draft_id": "nothing"}, "that is a report": self.things["draft"]["nl-own"]}
        for name, author, makes, about in (
            ("nl-joint", "nl-diplomat", "agreement", "a-new"),
            ("vl-own", "vl-diplomat", "designation", "sluizen"),
        ):
            row = Draft(makes=makes, about_kind="agreement", about_record=about, mode="joint", side=author[:2])
            row.author_id, row.language, row.typed = author, "nl", json.dumps({"file_1": DIGEST})
            row.created_at = row.changed_at = NOON
            session.add(row)
            session.flush()
            evidence.store(session, row.id, FILE, NOON)
            found[name] = {"draft_id": row.id}
        self.things["record draft file"] = {
            name: {**found[name], "sha256": DIGEST} for name in ("nl-joint", "vl-own", "unknown")
        }
        return found

    def _proposals(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"proposal_id": "nothing"}}
        for name, author, mode, state in (
            ("nl-own", "nl-coordinator", "own", "waiting"),
            ("nl-own of who confirms", "nl-mandated", "own", "waiting"),
            ("nl-own sent back", "nl-coordinator", "own", "returned"),
            ("vl-own", "vl-coordinator", "own", "waiting"),
            ("joint", "nl-coordinator", "joint", "waiting"),
            ("joint of a joint body", "joint-coordinator", "joint", "waiting"),
        ):
            side = author.partition("-")[0]
            draft = Draft(about_kind="agreement", about_record="sluizen", mode=mode, side=side, author_id=author)
            draft.language, draft.typed, draft.created_at, draft.changed_at = "nl", "{}", NOON, NOON
            session.add(draft)
            session.flush()
            sides = proposing.sides_of(Mode(mode), side)
            shown = [{"title": "Foto", "sha256": DIGEST}] if name in WITH_FILE else []
            if shown:
                evidence.store(session, draft.id, FILE, NOON)
            said = factories.report("agreement/sluizen", "ongoing", "2026-11-24", *sides, text=name, evidence=shown)  # type: ignore[arg-type]
            person = guarded.person(session, self.people[author], NOON.date())
            row = proposing.submit(session, draft, said, {}, person, NOON)  # type: ignore[arg-type]
            if state == "returned":
                row.state, row.reason, row.decided_at = state, "Nee.", NOON
            session.flush()
            found[name] = {"proposal_id": row.id}
        waits = self._proposal_again(session, found["nl-own"]["proposal_id"], "waiting", 1)
        held = self._proposal_again(session, found["nl-own"]["proposal_id"], "embargoed", 2)
        session.add(EmbargoChange(proposal_id=held, side="nl", asked_by="nl-coordinator", asked_at=NOON))
        self.things["embargo"] = {"under embargo": {"proposal_id": held}, "waiting": {"proposal_id": waits}}
        self.things["proposal file"] = {name: {**found[name], "sha256": DIGEST} for name in (*WITH_FILE, "unknown")}
        return found

    def _proposal_again(self, session: Session, proposal_id: str, state: str, number: int) -> str:
        """Another proposal, alike but for its state."""
        first = session.get_one(Proposal, proposal_id)
        made = Proposal(
            **first.model_dump(exclude={"id", "digest", "state", "embargo"}), digest=f"{number}", state=state
        )
        made.embargo = NOON + timedelta(days=9) if state == "embargoed" else None
        session.add(made)
        session.flush()
        return made.id

    def _reports(self, session: Session) -> None:
        """Something of each side's word that may be taken back, and something of a third body's."""
        self.things["published text"] = {"unknown": {"kind": "agreement", "reference": AGREEMENT, "version": "9"}}
        self.things["published text"]["of both"] = {"kind": "agreement", "reference": AGREEMENT, "version": "1"}
        for year, (name, sides) in enumerate((("of nl", ("nl",)), ("of vl", ("vl",)), ("of a third", ())), 2021):
            third = {} if sides else {"third": "sluizen"}
            said = factories.report("agreement/sluizen", "ongoing", str(year), *sides, text=name, **third)  # type: ignore[arg-type]
            factories.publish(session.connection(), f"u-{year}", said)
            self.things["published text"][name] = {"kind": "update", "reference": f"UPD-{year}-001", "version": "1"}

    def _withdrawals(self, session: Session, target: int) -> dict[str, Parts]:
        found = {"unknown": {"withdrawal_id": "nothing"}}
        for name, side, shared, state in (
            ("nl asks", "nl", 1, "asked"),
            ("vl asked and dropped", "vl", 1, "dropped"),
            ("nl by itself", "nl", 0, "done"),
        ):
            row = Withdrawal(target=target, kind="agreement", record="sluizen", reference=AGREEMENT, version=1)
            row.what, row.shared, row.topics, row.side, row.state = "withdrawn", shared, '["water"]', side, state
            row.asked_by, row.function, row.asked_at, row.reason = f"{side}-mandated", "x", NOON, name
            session.add(row)
            session.flush()
            found[name] = {"withdrawal_id": row.id}
        return found

    def _translations(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"translation_id": "nothing"}}
        for name, author, standing, state in (
            ("nl-working", "nl-coordinator", "working", "waiting"),
            ("nl-draft", "nl-diplomat", "agreed", "draft"),
            ("vl-working", "vl-coordinator", "working", "waiting"),
            ("agreed", "nl-coordinator", "agreed", "waiting"),
        ):
            row = Translation(kind="agreement", record="sluizen", target=2, language="en", standing=standing)
            row.side, row.author_id, row.state, row.topics = author.partition("-")[0], author, state, '["water"]'
            row.typed, row.digest, row.created_at, row.changed_at = "{}", "0" * 64, NOON, NOON
            session.add(row)
            session.flush()
            found[name] = {"translation_id": row.id}
        return found

    def _mandates(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"reference": "nothing"}}
        for name, holder, ended in (
            ("of nl-mandated", "nl-mandated", None),
            ("of nl-head", "nl-head", None),
            ("of vl-mandated", "vl-mandated", None),
            ("of nl-mandated, ended", "nl-mandated", NOON),
        ):
            row = Mandate(account_id=holder, side=holder[:2], topic="water", begins="2026-01-01", given_by="")
            row.given_at, row.ended_at = NOON, ended
            session.add(row)
            session.flush()
            found[name] = {"reference": row.id}
        return found

    def _pauses(self, session: Session) -> dict[str, Parts]:
        found = {"unknown": {"seq": "nothing"}}
        for side in ("nl", "vl"):
            facts = {"begins": "2026-11-01", "ends": "2026-12-31", "reason": "elections"}
            seq = append.note(session.connection(), "pause", "side", side, side, **facts)
            found[f"of {side}"] = {"seq": str(seq)}
        return found

    def _tickets(self, session: Session, kind: Any) -> dict[str, Parts]:
        found = {"unknown": {"token": "nothing"}}
        holder = "nl-invited" if kind == "invitation" else "nl-plain"
        # Each link replaces the one before, so that the one that works comes last.
        for name, lasts, end in (
            ("replaced", timedelta(days=1), None),
            ("expired", timedelta(0), None),
            ("used", timedelta(days=1), tickets.use),
            ("working", timedelta(days=1), None),
        ):
            row = session.get_one(Account, holder)
            email = "new@nl.example" if kind == "address" else ""
            token = tickets.make(session, kind, row, "", NOON, lasts, email=email)
            if end:
                assert end(session, kind, token, NOON)
            found[name] = {"token": token}
        return found
