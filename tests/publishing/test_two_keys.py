"""Both sides through long random histories, clock and mandates included: what becomes public, and on whose word."""

import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlmodel import col

from register import cli
from register.access import Person
from register.config import Settings
from register.db import Database
from register.errors import FieldError, NotHere
from register.ledger import PUBLIC_TABLES, chain
from register.ledger.documents import Update
from register.ledger.parts import DateSaid, Evidence, Pointer
from register.ledger.tables import card, publication
from register.models import Account, Draft, Proposal, TurnedKey
from register.publishing import confirming, proposing
from register.words.vocabulary import Status
from register.words.work import Mode
from tests import factories

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIDES = ("nl", "vl")
PEOPLE = [(side, number) for side in SIDES for number in range(3)] + [("joint", 0)]
STATUSES = [Status.ONGOING, Status.PLANNED, Status.COMPLETED, Status.DISCONTINUED, None]
ABOUT = "sluizen"
TOPIC = "water"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one agreement, to be copied for each history."""
    folder = tmp_path_factory.mktemp("two-keys")
    database = Database(Settings(data=folder), PUBLIC_TABLES)
    cli.upgrade(database)
    with database.write() as session:
        connection = session.connection()
        factories.publish(connection, TOPIC, factories.body("topic", "Water"))
        factories.publish(connection, ABOUT, factories.body("agreement", "Sluizen"))
        for side, number in PEOPLE:
            session.add(account(side, number))
    database.close()
    return folder / "schakel.sqlite"


def account(side: str, number: int) -> Account:
    name = f"{side}-{number}"
    return Account(
        id=name,
        side=side,
        organisation=f"organisatie-{side}",
        name=name,
        email=f"{name}@schakel.example",
        state="active",
        created_at=START,
    )


def test_the_rules_hold_through_any_history(template: Path) -> None:
    class History(TwoSides):
        origin = template

    quick = settings(
        max_examples=60,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(History, settings=quick)  # type: ignore[no-untyped-call]


class TwoSides(RuleBasedStateMachine):
    """What two sides may try, in any order, and what must hold after each step."""

    origin: Path
    drafts = Bundle("drafts")
    proposals = Bundle("proposals")

    def begin(self) -> None:
        if hasattr(self, "database"):
            return
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.origin, self.folder / "schakel.sqlite")
        self.database = Database(Settings(data=self.folder), PUBLIC_TABLES)
        self.now = START
        self.mandates: dict[str, set[str]] = {f"{side}-{number}": {TOPIC} for side, number in PEOPLE if side != "joint"}
        self.words: dict[str, str] = {}  # proposal id -> a word that only it holds
        self.embargoes: dict[str, datetime] = {}
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    def person(self, name: str) -> Person:
        side = name.split("-")[0]
        mandates = frozenset(self.mandates.get(name, ()))
        return Person(
            name, side, name, f"organisatie-{side}", "nl", frozenset({"coordinator", "diplomat"}),
            frozenset({TOPIC}), mandates, True,
        )  # fmt: skip

    def names(self) -> list[str]:
        return [f"{side}-{number}" for side, number in PEOPLE]

    @initialize(target=drafts)
    def first(self) -> Any:
        """Every history begins with something to decide on."""
        return multiple(*(self.write(who, mode) for who, mode in ((0, Mode.OWN), (4, Mode.JOINT), (6, Mode.JOINT))))

    @rule(target=drafts, who=st.integers(0, len(PEOPLE) - 1), mode=st.sampled_from(list(Mode)))
    def write_another(self, who: int, mode: Mode) -> str:
        return self.write(who, mode)

    @initialize(target=proposals, waits=st.lists(st.sampled_from([None, 24]), min_size=3, max_size=3))
    def submitted(self, waits: list[int | None]) -> Any:
        """What was written at first is submitted."""
        written = [self.write(who, mode) for who, mode in ((1, Mode.OWN), (3, Mode.JOINT), (5, Mode.OWN))]
        made = [self.hand_in(draft, Status.ONGOING, False, wait) for draft, wait in zip(written, waits, strict=True)]
        return multiple(*made)

    def write(self, who: int, mode: Mode) -> str:
        self.begin()
        side, number = PEOPLE[who]
        draft = Draft(
            about_kind="agreement", about_record=ABOUT, mode=mode.value, side=side, author_id=f"{side}-{number}",
            language="nl", typed="{}", created_at=self.now, changed_at=self.now,
        )  # fmt: skip
        with self.database.write() as session:
            session.add(draft)
            session.flush()
            return draft.id

    @rule(
        target=proposals,
        draft=drafts,
        status=st.sampled_from(STATUSES),
        proof=st.booleans(),
        wait=st.sampled_from([None, 1, 48]),
    )
    def submit(self, draft: str, status: Status | None, proof: bool, wait: int | None) -> Any:
        made = self.hand_in(draft, status, proof, wait)
        return made if made else multiple()

    def hand_in(self, draft: str, status: Status | None, proof: bool, wait: int | None) -> str:
        self.count += 1
        word = f"woord{self.count}x"
        until = self.now + timedelta(hours=wait) if wait else None
        try:
            with self.database.write() as session:
                row = session.get_one(Draft, draft)
                author = self.person(row.author_id)
                report = Update(
                    about=Pointer(kind="agreement", id=ABOUT),
                    as_of=DateSaid(edtf=self.now.date().isoformat(), words="vandaag"),
                    sides=proposing.sides_of(Mode(row.mode), author.side),  # type: ignore[arg-type]
                    status=status,
                    text=word,
                    evidence=(Evidence(title="bewijs", url="https://schakel.example/b"),) if proof else (),
                )
                made = proposing.submit(session, row, report, {}, author, self.now, until)
                self.words[made.id] = word
                if until:
                    self.embargoes[made.id] = until
                return made.id
        except FieldError:
            return ""

    @rule(
        proposal=proposals,
        who=st.integers(0, len(PEOPLE) - 1),
        other=proposals,
        mixed=st.sampled_from([False, False, False, True]),
    )
    def try_to_confirm(self, proposal: str, who: int, other: str, mixed: bool) -> None:
        self.confirm(proposal, who, other, mixed)

    def confirm(self, proposal: str, who: int, other: str, mixed: bool) -> None:
        """Anybody tries any key, now and then with the digest of another text."""
        name = self.names()[who]
        try:
            with self.database.write() as session:
                shown = session.get(Proposal, other if mixed else proposal)
                confirming.confirm(session, proposal, shown.digest if shown else "", self.person(name), self.now)
        except (FieldError, NotHere):
            pass

    @rule(proposal=proposals, who=st.integers(0, len(PEOPLE) - 1))
    def send_back(self, proposal: str, who: int) -> None:
        try:
            with self.database.write() as session:
                sent = confirming.send_back(session, proposal, "Klopt niet", self.person(self.names()[who]), self.now)
                assert sent.mode == "joint" or sent.side == PEOPLE[who][0]
                assert sent.author_id != self.names()[who]
        except (FieldError, NotHere):
            pass

    @rule(proposal=proposals, other=proposals, mixed=st.booleans())
    def confirm_by_all(self, proposal: str, other: str, mixed: bool) -> None:
        """Everybody tries, one after the other."""
        for who in range(len(PEOPLE)):
            self.confirm(proposal, who, other, mixed)

    @rule(who=st.integers(0, len(PEOPLE) - 2))
    def mandate(self, who: int) -> None:
        """A mandate ends, or is given again."""
        self.mandates[self.names()[who]] ^= {TOPIC}

    @rule(hours=st.sampled_from([1, 24, 72]))
    def clock(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with self.database.write() as session:
            confirming.publish_due(session, self.now)

    @invariant()
    def nothing_is_public_without_its_keys(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            entries = session.connection().execute(select(publication).where(publication.c.kind == "update")).all()
            for entry in entries:
                header, core = json.loads(entry.header), json.loads(entry.document)
                proposal = session.scalars(select(Proposal).where(col(Proposal.seq) == entry.seq)).one()
                keys = session.scalars(
                    select(TurnedKey).where(col(TurnedKey.proposal_id) == proposal.id, col(TurnedKey.void_at).is_(None))
                ).all()
                told = {each["side"] for each in header["confirmations"]}
                wanted = set(SIDES) if proposal.mode == "joint" else {proposal.side}
                assert told == wanted == set(core["body"]["sides"])
                assert {each["digest"] for each in header["confirmations"]} == {proposal.digest} == {header["document"]}
                assert {key.side for key in keys} >= wanted
                assert proposal.author_id not in {key.account_id for key in keys}
                assert len({key.account_id for key in keys}) == len(keys)
                assert all(key.account_id.split("-")[0] == key.side for key in keys)
                assert self.embargoes.get(proposal.id, self.now) <= self.now
                assert "joint-0" not in {key.account_id for key in keys}
                assert not any(name in entry.header for name in self.names())

    @invariant()
    def a_key_names_the_text_it_was_turned_on(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            pairs = select(TurnedKey, Proposal).join(Proposal, col(Proposal.id) == col(TurnedKey.proposal_id))
            assert all(key.digest == proposal.digest for key, proposal in session.execute(pairs))

    @invariant()
    def the_public_sees_no_word_of_what_is_not_published(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            out = set(session.scalars(select(col(Proposal.id)).where(col(Proposal.state) == "published")))
        with self.database.public() as connection:
            shown = " ".join(str(tuple(row)) for row in connection.execute(select(publication.c.document)))
            shown += " ".join(str(tuple(row)) for row in connection.execute(select(card)))
        for proposal, word in self.words.items():
            assert (f'"{word}"' in shown) == (proposal in out)

    @invariant()
    def joint_only_by_one_text_that_both_confirmed(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            connection = session.connection()
            now = card.c.pub_to.is_(None)
            standing: Any = connection.execute(select(card).where(card.c.kind == "agreement", now)).one()
            headers = connection.execute(select(publication.c.header).where(publication.c.kind == "update")).scalars()
            joint = [header for header in map(json.loads, headers) if len(header["confirmations"]) == 2]
            assert chain.verify(connection) == []
        if standing.confirmation == "joint":
            assert joint
