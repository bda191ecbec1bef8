"""Measures the workspace for `make bench`: signing in apart from Argon2, submitting, confirming, and queries of lists.

It runs in process, on the register that SCHAKEL_DATA names, with people, texts and notes that it makes there.
"""

import re
import secrets
import statistics
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

MOST_SUBMIT_MS = 40  # submitting, and confirming: by the clock, at the median
MOST_QUERIES = {"/en/work": 10, "/en/work/review": 10}  # however much there is in them
MOST_SIGN_IN_MS = 30  # of the processor, apart from Argon2, whose cost is a setting
SIZES = (3, 300)  # people, notes and texts that wait at the first and the second count
ROUNDS = 20
PASSWORD = secrets.token_urlsafe(16)
SIDE, EMAIL, ORIGIN = "nl", "bench@nl.example", {"Origin": "http://localhost"}


def measure() -> list[str]:
    """Print what it costs, and give the limits that are broken."""
    from register import create_app
    from register.guards.serving import EXTENSION
    from register.guards.visit import COOKIE

    app = create_app()
    database = app.extensions[EXTENSION]
    account = _administrator(database)
    spent, took, hashing = _sign_ins(app, account)
    print(
        f"\nSigning in takes {took:.1f} ms apart from Argon2 ({spent:.1f} ms of the processor, at most "
        f"{MOST_SIGN_IN_MS}), which takes {hashing:.0f} ms. Queries of lists:"
    )
    faults = [f"signing in takes {spent:.1f} ms apart from Argon2"] if spent > MOST_SIGN_IN_MS else []

    client, colleague = app.test_client(), app.test_client()
    other = _colleague(database)
    client.set_cookie(COOKIE, _token(database, account), secure=True)
    colleague.set_cookie(COOKIE, _token(database, other), secure=True)
    for doing, (spent, took) in (("Submitting", _submitting(client)), ("Confirming", _confirming(database, colleague))):
        print(f"{doing} a report takes {took:.1f} ms (at most {MOST_SUBMIT_MS}), {spent:.1f} ms of the processor.")
        if took > MOST_SUBMIT_MS:
            faults.append(f"{doing.lower()} a report takes {took:.1f} ms")
    counts: dict[str, list[int]] = {}
    for number, size in enumerate(SIZES):
        _fill(database, account, size, f"{number}")
        for address in ("/en/work", "/en/work/review", "/en/work/people", "/en/work/notes", "/en/work/audit-trail"):
            reader = colleague if address in MOST_QUERIES else client  # whoever has most to read there
            counts.setdefault(address, []).append(_queries(reader, address))
    for address, found in counts.items():
        print(f"{address:34}{found[0]:4} with {SIZES[0]} rows,{found[1]:4} with {sum(SIZES)}")
        if found[1] > found[0]:
            faults.append(f"{address} asks the database more the more rows it has: {found[0]}, {found[1]}")
        if max(found) > MOST_QUERIES.get(address, max(found)):
            faults.append(f"{address} makes {max(found)} queries, at most {MOST_QUERIES[address]}")
    database.close()
    return faults


def _administrator(database: Any) -> Any:
    from register.accounts import passwords, totp
    from register.models import Account, AccountRole, Totp

    now = datetime.now(UTC).replace(microsecond=0)
    hashed = passwords.hasher(database.settings.limits).hash(PASSWORD)
    account = Account(
        side=SIDE, organisation="", name="Bench", email=EMAIL, state="active", password=hashed, created_at=now
    )
    sealed = totp.seal(database.settings.secret, account.id, totp.make_secret())
    with database.write() as session:
        session.expire_on_commit = False
        session.add(account)
        session.flush()
        session.add_all(AccountRole(account_id=account.id, role=role) for role in ("administrator", "diplomat"))
        session.add(Totp(account_id=account.id, secret=sealed, confirmed_at=now))
    return account


def _colleague(database: Any) -> Any:
    """Somebody of the same side who confirms, and coordinates every topic."""
    from sqlalchemy import select

    from register.ledger.tables import card
    from register.models import Account, AccountRole, Mandate, Totp

    now = datetime.now(UTC).replace(microsecond=0)
    account = Account(
        side=SIDE, organisation="", name="Colleague", email="colleague@nl.example", state="active", created_at=now
    )
    with database.write() as session:
        session.expire_on_commit = False
        session.add(account)
        session.flush()
        topics = session.scalars(select(card.c.record).where(card.c.kind == "topic", card.c.pub_to.is_(None)))
        session.add_all(AccountRole(account_id=account.id, role="coordinator", topic=topic) for topic in topics)
        session.add(AccountRole(account_id=account.id, role="diplomat"))
        session.add(Totp(account_id=account.id, secret="", confirmed_at=now))
        session.add(
            Mandate(
                account_id=account.id, side=SIDE, topic="", begins=now.date().isoformat(), given_by="", given_at=now
            )
        )
    return account


def _sign_ins(app: Any, account: Any) -> tuple[float, float, float]:
    """Milliseconds of a sign-in without Argon2, of the processor and by the clock; and those of Argon2."""
    from register.accounts import entering

    client, usual, tried = app.test_client(), entering.attempt, list[_Lap]()

    def timed(*given: Any) -> Any:
        begin = _Lap.now()
        try:
            return usual(*given)
        finally:
            tried.append(_Lap.now() - begin)

    entering.attempt = timed  # type: ignore[assignment]
    took = []
    try:
        for _ in range(ROUNDS + 1):
            begin = _Lap.now()
            answer = client.post("/en/sign-in", data={"email": account.email, "password": PASSWORD}, headers=ORIGIN)
            took.append(_Lap.now() - begin - tried[-1])
            if answer.status_code != 303:
                raise OSError(f"signing in answers {answer.status_code}")
    finally:
        entering.attempt = usual
    return (*_middle(took[1:]), _middle(tried[1:])[1])


class _Lap(NamedTuple):
    """Seconds of the processor, and by the clock."""

    processor: float
    clock: float

    @classmethod
    def now(cls) -> "_Lap":
        return cls(time.thread_time(), time.perf_counter())

    def __sub__(self, other: "_Lap") -> "_Lap":
        return _Lap(self.processor - other.processor, self.clock - other.clock)


def _middle(laps: list[_Lap]) -> tuple[float, float]:
    """Milliseconds at the median, of the processor and by the clock."""
    return statistics.median(lap.processor for lap in laps) * 1000, statistics.median(lap.clock for lap in laps) * 1000


def _submitting(client: Any) -> tuple[float, float]:
    """Milliseconds of submitting a new report, of the processor and by the clock."""
    address, took = "/en/work/report/agreement/NLVL-2023-001", []
    mark = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(address).text)
    typed = {"csrf": mark[1] if mark else "", "act": "submit", "mode": "own", "language": "nl", "as_of": "vandaag"}
    for number in range(ROUNDS + 1):
        begin = _Lap.now()
        answer = client.post(address, data=typed | {"key": f"bench-{number}", "text": "Wij meten."}, headers=ORIGIN)
        took.append(_Lap.now() - begin)
        if answer.status_code != 303:
            raise OSError(f"submitting a report answers {answer.status_code}")
    return _middle(took[1:])


def _confirming(database: Any, client: Any) -> tuple[float, float]:
    """Milliseconds of confirming a report, by which it is published, of the processor and by the clock."""
    from sqlalchemy import select

    from register.models import Proposal

    with database.read() as session:
        texts = [(text.id, text.digest) for text in session.scalars(select(Proposal))]
    mark = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(f"/en/work/review/{texts[0][0]}").text)
    took = []
    for text, digest in texts:
        address, typed = f"/en/work/review/{text}/confirm", {"csrf": mark[1] if mark else "", "digest": digest}
        begin = _Lap.now()
        answer = client.post(address, data=typed, headers=ORIGIN)
        took.append(_Lap.now() - begin)
        if answer.status_code != 303:
            raise OSError(f"confirming a report answers {answer.status_code}")
    return _middle(took[1:])


def _token(database: Any, account: Any) -> str:
    from register.guards import signing

    with database.write() as session:
        return signing.start(session, account, "full", "bench", datetime.now(UTC).replace(microsecond=0))[1]


def _fill(database: Any, author: Any, size: int, mark: str) -> None:
    """More people and notes, deeds in the audit trail, and texts that wait."""
    from register import i18n
    from register.audit import Trail
    from register.guards import people
    from register.models import Account, AccountRole, Note
    from register.words.people import Deed

    now = datetime.now(UTC).replace(microsecond=0)
    with database.write() as session:
        writer = people.person(session, session.get_one(Account, author.id), i18n.today())
        for number in range(size):
            _wait(session, writer, number, now)
            name = f"{mark}-{number}"
            one = Account(side=SIDE, organisation="", name=name, email=f"{name}@nl.example", created_at=now)
            session.add(one)
            session.flush()
            session.add(AccountRole(account_id=one.id, role="diplomat"))
            note = Note(
                kind="agreement",
                reference=f"NLVL-2023-{number % 90 + 1:03}",
                side=SIDE,
                visibility="both",
                author_id=author.id,
                text=name,
                words=name,
                created_at=now,
            )
            session.add(note)
            Trail(session, now, 1).add(Deed.INVITED, one, actor=author.id)


def _wait(session: Any, writer: Any, number: int, now: datetime) -> None:
    """One report more that waits."""
    from sqlalchemy import select

    from register import i18n
    from register.ledger.documents import Update
    from register.ledger.tables import card
    from register.models import Draft
    from register.publishing import proposing

    wanted = select(card.c.record).where(card.c.kind == "agreement", card.c.pub_to.is_(None))
    records = session.scalars(wanted.order_by(card.c.by_reference)).all()
    draft = Draft(
        about_kind="agreement", about_record=records[number % len(records)], mode="own", side=SIDE,
        author_id=writer.id, language="nl", typed="{}", created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    day = i18n.today().isoformat()
    said = {"about": {"kind": "agreement", "id": draft.about_record}, "as_of": {"edtf": day, "words": day}}
    proposing.submit(
        session, draft, Update.model_validate(said | {"sides": [SIDE], "text": "Wij meten."}), {}, writer, now
    )


def _queries(client: Any, address: str) -> int:
    """How many queries are behind a page, asked a second time."""
    from sqlalchemy import Engine, event

    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    client.get(address)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer = client.get(address)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise OSError(f"{address} answers {answer.status_code}")
    return len(seen)
