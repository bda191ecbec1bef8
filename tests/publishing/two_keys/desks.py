"""What people of both sides do, beside what the law says of it: each deed is done by the product and judged at once.

A person may always try. Where the law forbids a deed the product must refuse it, and where the product does it, the
law must allow it; what becomes of a text is then worked out from the deeds alone.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from register.accounts import mandates as giving
from register.accounts import people as accounts
from register.audit import Trail
from register.db import Database
from register.desk import queries as desk
from register.drafting import service as drafting
from register.errors import FieldError, NotHere
from register.files.findings import Cleaned
from register.guards import people
from register.i18n import ZONE
from register.ledger import append, moving
from register.ledger.documents import BODIES
from register.ledger.parts import texts
from register.models import Account, Draft, Mandate, Proposal
from register.publishing import evidence, founding, proposing
from register.review import service as review
from register.words.files import FileType
from register.words.vocabulary import Basis
from register.words.work import Mode
from tests import factories
from tests.publishing.two_keys import law
from tests.publishing.two_keys.law import Law, Text
from tests.publishing.two_keys.surfaces import WORD

START = datetime(2024, 1, 8, 9, 0, tzinfo=ZONE)
PEOPLE = ("nl-0", "nl-1", "nl-2", "vl-0", "vl-1", "vl-2", "joint-0")
CITED = ({"source": "verklaring", "section": "1"},)
DAY = {"edtf": "2023-12-01", "words": "1 december 2023"}
# What may be said, and in which records; reports are made by `report`.
RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "agreement": ("agreement", {"citations": CITED}),
    "joint action": ("action", {"topics": ["water", "lucht"]}),
    "dutch measure": ("action", {"character": "national", "side": "nl"}),
    "flemish measure": ("action", {"character": "national", "side": "vl"}),
    "dutch body": ("organisation", {"side": "nl"}),
    "federal body": ("organisation", {"side": "be"}),
    "flemish source": ("source", {"sides": ["vl"]}),
    "source of both": ("source", {"sides": ["nl", "vl"]}),
    "designation": ("designation", {}),
    "move": ("move", {}),
    "session": ("session", {"state": "planned", "date": {"edtf": "2024-06", "words": "juni 2024"}}),
}
BESIDE = ("update", "designation", "move")  # documents about a record
TOPICS = {"sluizen": frozenset({"water"}), "kanalen": frozenset({"water", "lucht"}), "dijken": frozenset({"water"})}


def _names(kind: str, record: str, body: dict[str, Any]) -> frozenset[str]:
    """The agreements that a text is about, or that a session says something of."""
    said = {name for outcome in body.get("outcomes", ()) for name in outcome["agreements"]}
    said |= {point["agreement"] for point in body.get("agenda", ()) if point["agreement"]}
    return frozenset(said | {record} if kind in BESIDE else said)


class Desks:
    """Both sides at work on the register in `database`."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.law = database, START, Law()
        self.texts: dict[str, Text] = {}
        self.secret: set[str] = set()  # markers of notes and of what was typed into drafts
        self.drafts: dict[str, tuple[str, str, Callable[..., Any]]] = {}
        self.before: dict[str, dict[str, Any]] = {}  # of a draft that changes a record: the version that it is from
        self.count = 0

    @property
    def today(self) -> Any:
        """The day at both desks."""
        return self.now.astimezone(ZONE).date()

    def marker(self, secret: bool = False) -> str:
        """A word that stands in one text only."""
        self.count += 1
        made = f"m{self.count}x"
        if secret:
            self.secret.add(made)
        return made

    def trail(self, session: Session, who: str = "") -> tuple[Trail, Account]:
        """The trail and the account of who does something."""
        account = session.get_one(Account, who or PEOPLE[0])
        person = people.person(session, account, self.today)
        return Trail(session, self.now, 30, person), account

    def furnish(self) -> None:
        """A mandate on all topics for the first of each side, on one topic for the second, on both for the third."""
        for name in PEOPLE[:6]:
            for topic in {"0": ("",), "1": ("water",), "2": ("water", "lucht")}[name[-1]]:
                self.give(name, topic)

    # --- writing ---

    def write(self, who: str, what: str, about: str, mode: str, **said: Any) -> str:
        """Begin a draft; gives its id. `what` is `report` or one of RECORDS; `about` a record that is reported on."""
        kind, given = RECORDS.get(what, ("update", {}))
        beside = kind in BESIDE
        record = about if beside else append.record_id(kind[0])
        typed = json.dumps({"text": self.marker(secret=True)})
        with self.database.write() as session:
            draft = Draft(
                makes=kind, about_kind="agreement" if beside else kind, about_record=record, mode=mode,
                side=law.side(who), author_id=who, language="nl", typed=typed, created_at=self.now,
                changed_at=self.now,
            )  # fmt: skip
            session.add(draft)
            session.flush()
            self.drafts[draft.id] = (kind, record, lambda word: {**given, **said})
            return draft.id

    def change(self, who: str, text: Text, mine: bool = False) -> str:
        """Begin a draft that changes a published record, from the version that is in view.

        What was planned was held. `mine`: the author would make it their own side's alone.
        """
        with self.database.write() as session:
            found = proposing.public(session, text.kind, text.about)
            draft = Draft(
                makes=text.kind, about_kind=text.kind, about_record=text.about, replaces=found and found.digest,
                mode="own", side=law.side(who), author_id=who, language="nl", typed="{}", created_at=self.now,
                changed_at=self.now,
            )  # fmt: skip
            session.add(draft)
            session.flush()
            body = dict(found.body) if found else {}
            self.before[draft.id] = dict(body)
            mine = mine and law.side(who) in law.BOTH
            if "side" in body and mine:
                body |= {"side": law.side(who)}
            if text.kind == "action" and mine:
                body |= {"character": "national"}
            if text.kind == "session":
                body |= {"state": "held", "date": DAY}
            self.drafts[draft.id] = (text.kind, text.about, lambda word: body)
            return draft.id

    def submit(self, draft_id: str, status: str | None, proof: str, wait: int | None, told: bool = False) -> str:
        """Submit a draft, again if need be; gives the id of the text, or nothing where a rule refused it.

        `proof`: what shows it (a link, a file, or nothing); `told`: with a translation.
        """
        kind, record, said = self.drafts[draft_id]
        word, other = self.marker(), self.marker() if told and self.drafts[draft_id][0] == "update" else ""
        until = self.now + timedelta(hours=wait) if wait else None
        with suppress(FieldError, NotHere), self.database.write() as session:
            draft = session.get_one(Draft, draft_id)
            if draft.state not in ("draft", "waiting", "embargoed", "returned"):
                return ""
            _trail, account = self.trail(session, draft.author_id)
            author = people.person(session, account, self.today)
            part = self._part(session, draft, said(word), word, status, proof)
            words = {"en": dict.fromkeys(texts(part), f"{WORD} {other}")} if other else {}
            made = proposing.submit(session, draft, part, words, author, self.now, until)
            body = part.model_dump(mode="json")
            assert kind != "update" or status not in law.TO_BE_SHOWN or proof, "what was done is shown"
            topics = frozenset(body.get("topics") or ()) if kind not in BESIDE else TOPICS[record]
            text = Text(
                id=made.id, word=word, kind=made.kind, about=record, side=author.side, author=author.id,
                needs=law.needs(kind, body, author.side, draft.mode == "joint", self.before.get(draft_id)),
                topics=topics,
                digest=made.digest, status=status if kind == "update" else None, replaces=draft.replaces, embargo=until,
                names=_names(kind, record, body), told=other,
                files=frozenset(shown["sha256"] for shown in body.get("evidence", ()) if shown["sha256"]),
            )  # fmt: skip
            assert len(text.needs) == 2 or text.needs == {author.side}, "for the other side nobody writes"
            changed = self._void(session, draft_id)
            self.texts[text.id] = text
            session.flush()
            self._say(session, changed, text.id)
            return text.id
        return ""

    def edit(self, draft_id: str) -> None:
        """The author writes on, or takes away what shows it: kept as a draft, and not submitted again."""
        kept = drafting.Kept({"text": self.marker(secret=True)}, Mode.OWN, "nl")
        with suppress(NotHere, drafting.Stale), self.database.write() as session:
            draft = session.get_one(Draft, draft_id)
            _trail, account = self.trail(session, draft.author_id)
            author, kept = people.person(session, account, self.today), kept._replace(mode=Mode(draft.mode))
            held = drafting.hold(session, author, draft_id, str(draft.version), kept, submits=False)
            drafting.save(session, held.draft, kept, self.now)
            self._say(session, self._void(session, draft_id))

    def _void(self, session: Session, draft_id: str) -> list[Text]:
        """What was submitted of a draft waits no more: its author has changed it. Gives those texts."""
        mine = self._of_draft(session, draft_id)
        found = [text for text in self.texts.values() if text.id in mine and text.state == "waiting"]
        for text in found:
            text.state = "void"
        return found

    def _say(self, session: Session, changed: list[Text], anew: str = "") -> None:
        """Whoever had confirmed what was changed is told so on their desk, with the text that there is to read."""
        for who, _day in (key for text in changed for key in text.keys.values() if key[0] not in self.law.removed):
            person = people.person(session, session.get_one(Account, who), self.today)
            told = desk.waiting(session, person, "nl").changed
            assert told.total > len(told.rows) or any(line.id in (anew, changed[0].id) for line in told.rows), who

    def _of_draft(self, session: Session, draft_id: str) -> set[str]:
        return set(session.scalars(select(col(Proposal.id)).where(col(Proposal.draft_id) == draft_id)))

    def _part(
        self, session: Session, draft: Draft, said: dict[str, Any], word: str, status: str | None, proof: str
    ) -> Any:
        about = {"kind": "agreement", "id": draft.about_record}
        author_side = draft.side
        if draft.makes == "designation":
            body = "rws" if author_side == "nl" else "vmm"
            on = {"edtf": "2023-12-01", "words": f"1 december {word}"}
            side = author_side if author_side in law.BOTH else "nl"
            return BODIES["designation"].model_validate(
                {"about": about, "side": side, "organisation": body, "designated_on": on}
            )
        if draft.makes == "move":
            old = moving.in_force(session.connection(), "agreement", draft.about_record)
            until = {"edtf": f"20{30 + self.count % 60}", "words": f"{WORD} {word}"}
            return BODIES["move"].model_validate(
                {"about": about, "old": {"edtf": old.edtf, "words": old.said} if old.edtf else None, "new": until,
                 "reason": f"{WORD} {word}", "asked_by": "nl", "agreed_on": DAY,
                 "side": author_side if self.count % 5 == 0 and author_side in law.BOTH else None}
            )  # fmt: skip
        if draft.makes == "update":
            shown: list[dict[str, Any]] = []
            if proof == "link":
                shown = [{"title": f"Bewijs {word}", "url": f"https://bewijs.example/{word}"}]
            elif proof == "file":
                cleaned = Cleaned(FileType.CSV, f"{WORD};{word}\n".encode())
                evidence.store(session, draft.id, cleaned, self.now)
                shown = [{"title": "Bestand", "sha256": evidence.digest(cleaned)}]
            day = self.today.isoformat()
            sides = proposing.sides_of(Mode(draft.mode), author_side)
            return factories.report(
                f"agreement/{draft.about_record}", status, day, *sides,  # type: ignore[arg-type]
                text=f"{WORD} {word}", evidence=shown,
            )  # fmt: skip
        if draft.makes == "session":
            spoken_of = "dijken" if self.texts["m02x"].seen else "kanalen"
            said = {**said, "agenda": [{"text": word, "agreement": spoken_of}]}
        if "title" in said:
            changed = {**said, "title": f"{WORD} {word}"}
            if draft.makes == "session":
                changed |= {"outcomes": [{"kind": "decision", "text": word, "agreements": ["sluizen"], "open": True}]}
            return BODIES[draft.makes].model_validate(changed)
        return factories.body(draft.makes, f"{WORD} {word}", **said)

    # --- keys ---

    def confirm(self, text: Text, who: str, digest: str) -> None:
        """Somebody tries to turn a key on a text, naming a digest."""
        allowed = self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                review.confirm(*self.trail(session, who), text.id, digest)
        except NotHere:
            assert not allowed or text.state == "erased", f"{who} may confirm {text.word}"
        except FieldError:
            pass
        else:
            assert allowed, f"{who} may not confirm {text.word}"
            assert digest == text.digest, "a key names the text that it is turned on"
            turned = text.keys.get(law.side(who))
            assert turned is None or turned[0] == who, "one key for each side"
            if turned is None:
                assert text.state == "waiting", f"{text.word} is {text.state}"
                text.keys[law.side(who)] = who, self.today

    def send_back(self, text: Text, who: str) -> None:
        """Somebody tries to send a text back."""
        allowed = self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                review.send_back(*self.trail(session, who), text.id, "Klopt niet")
        except NotHere:
            assert not allowed or text.state == "erased"
        except FieldError:
            assert text.state != "waiting"
        else:
            assert allowed
            assert text.state == "waiting"
            text.state = "returned"

    # --- people ---

    def give(self, who: str, topic: str) -> None:
        """An administrator gives a mandate from today."""
        with suppress(FieldError), self.database.write() as session:
            trail, account = self.trail(session, who)
            made = giving.give(session, trail, account, topic, self.today.isoformat(), "", "")
            session.flush()
            self.law.mandates.append(law.Mandate(made.id, who, topic))

    def stand_in(self, mandate: law.Mandate, other: str, days: int) -> None:
        """Somebody stands in from today, for so many days."""
        until = self.today + timedelta(days=days)
        with suppress(FieldError), self.database.write() as session:
            row, account = session.get_one(Mandate, mandate.id), session.get_one(Account, mandate.person)
            if row.ended_at is not None:
                return
            trail, _ = self.trail(session)
            someone = session.get_one(Account, other)
            dates = self.today.isoformat(), until.isoformat()
            giving.substitute(session, trail, row, account, someone, *dates, "")
            mandate.other, mandate.since, mandate.until = other, self.today, until

    def end(self, mandate: law.Mandate) -> None:
        """A mandate ends now."""
        with self.database.write() as session:
            row, account = session.get_one(Mandate, mandate.id), session.get_one(Account, mandate.person)
            if row.ended_at is None:
                giving.end(session, self.trail(session)[0], row, account)
                mandate.ended = True

    def remove(self, who: str) -> None:
        """Somebody leaves for good; others take over from them."""
        if who in self.law.removed or law.side(who) == "joint":
            return
        with self.database.write() as session:
            trail, account = self.trail(session, who)
            accounts.remove(session, trail, account, None, by_operator=True)
        self.law.removed.add(who)
        for mandate in self.law.mandates:
            if mandate.person == who:
                mandate.ended = True
            elif mandate.other == who:
                mandate.other = ""

    # --- the seed ---

    def seed(self, record: str) -> tuple[str, bool]:
        """The seed is loaded with another title for an agreement; gives the marker, and whether it was published."""
        word = self.marker()
        body = factories.body("agreement", f"{WORD} {word}", topics=sorted(TOPICS[record]))
        made = founding.FoundingRecord("agreement", record, "nl", body, {}, Basis.FOUNDING_STATEMENT)
        with self.database.write() as session:
            done = founding.publish(session.connection(), [made])
        return word, bool(done.changed)
