"""Measures the workspace for `make bench`: what signing in costs apart from Argon2, and what lists ask the database.

It runs in process, on the register that SCHAKEL_DATA names, with people and notes that it makes there.
"""

import re
import secrets
import statistics
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

MOST_SUBMIT_MS = 40  # by the clock, at the median
MOST_SIGN_IN_MS = 30  # of the processor, apart from Argon2, whose cost is a setting
SIZES = (3, 300)  # people and notes at the first and the second count
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

    client = app.test_client()
    client.set_cookie(COOKIE, _token(database, account), secure=True)
    submitting = _submitting(client)
    print(f"Submitting a report takes {submitting:.1f} ms (at most {MOST_SUBMIT_MS}).")
    if submitting > MOST_SUBMIT_MS:
        faults.append(f"submitting a report takes {submitting:.1f} ms")
    counts: dict[str, list[int]] = {}
    for number, size in enumerate(SIZES):
        _fill(database, account, size, f"{number}")
        for address in ("/en/work", "/en/work/review", "/en/work/people", "/en/work/notes", "/en/work/audit-trail"):
            counts.setdefault(address, []).append(_queries(client, address))
    for address, found in counts.items():
        print(f"{address:34}{found[0]:4} with {SIZES[0]} rows,{found[1]:4} with {sum(SIZES)}")
        if found[0] != found[1]:
            faults.append(f"{address} asks the database more the more rows it has: {found[0]}, {found[1]}")
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
    middle = statistics.median
    return (
        middle(lap.processor for lap in took[1:]) * 1000,
        middle(lap.clock for lap in took[1:]) * 1000,
        middle(lap.clock for lap in tried[1:]) * 1000,
    )


class _Lap(NamedTuple):
    """Seconds of the processor, and by the clock."""

    processor: float
    clock: float

    @classmethod
    def now(cls) -> "_Lap":
        return cls(time.thread_time(), time.perf_counter())

    def __sub__(self, other: "_Lap") -> "_Lap":
        return _Lap(self.processor - other.processor, self.clock - other.clock)


def _submitting(client: Any) -> float:
    """Milliseconds of submitting a new report, by the clock."""
    address, took = "/en/work/report/agreement/NLVL-2023-001", []
    mark = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(address).text)
    typed = {"csrf": mark[1] if mark else "", "act": "submit", "mode": "own", "language": "nl", "as_of": "vandaag"}
    for number in range(ROUNDS + 1):
        begin = time.perf_counter()
        answer = client.post(address, data=typed | {"key": f"bench-{number}", "text": "Wij meten."}, headers=ORIGIN)
        took.append(time.perf_counter() - begin)
        if answer.status_code != 303:
            raise OSError(f"submitting a report answers {answer.status_code}")
    return statistics.median(took[1:]) * 1000


def _token(database: Any, account: Any) -> str:
    from register.guards import signing

    with database.write() as session:
        return signing.start(session, account, "full", "bench", datetime.now(UTC).replace(microsecond=0))[1]


def _fill(database: Any, author: Any, size: int, mark: str) -> None:
    """More people and notes, and deeds in the audit trail."""
    from register.audit import Trail
    from register.models import Account, AccountRole, Note
    from register.words.people import Deed

    now = datetime.now(UTC).replace(microsecond=0)
    with database.write() as session:
        for number in range(size):
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
