"""A code works once, also when two requests bring it at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from register.accounts import second_factor, totp
from register.models import Account
from tests.workers import RECOVERY, SECRET, Clock, People


def use(people: People, account: Account, code: str, clock: Clock) -> str | None:
    with people.database.write() as session:
        return second_factor.use(session, SECRET, account.id, code, clock.now)


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_of_many_at_once_one_is_right(by: str, people: People, clock: Clock) -> None:
    account = people("administrator", codes=(RECOVERY,))
    code = clock.code() if by == "app" else RECOVERY
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: use(people, account, code, clock), range(4)))
    assert sorted(map(str, found)) == sorted([by, "None", "None", "None"])


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_code_that_was_read_as_unused_is_used_by_one(
    people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has seen that the code is right before the first has committed, where writers work side by side."""
    account = people("administrator")
    judged, usual = threading.Event(), totp.verify

    def verify(*given: Any) -> int | None:
        step = usual(*given)
        if threading.current_thread() is not threading.main_thread():
            judged.set()
        return step

    monkeypatch.setattr(totp, "verify", verify)
    with ThreadPoolExecutor(1) as threads:
        with people.database.write() as session:
            assert second_factor.use(session, SECRET, account.id, clock.code(), clock.now) == "app"
            second = threads.submit(use, people, account, clock.code(), clock)
            assert judged.wait(10)
        assert second.result(10) is None


def test_a_code_of_somebody_else_or_of_another_installation(people: People, clock: Clock) -> None:
    first, second = people("administrator", codes=(RECOVERY,)), people("diplomat")
    with people.database.write() as session:
        assert second_factor.use(session, SECRET, second.id, RECOVERY, clock.now) is None
        assert second_factor.use(session, SECRET, second.id, clock.code(), clock.now) is None
        assert second_factor.use(session, "another secret", first.id, clock.code(), clock.now) is None
        assert second_factor.use(session, "another secret", first.id, RECOVERY, clock.now) is None
        assert second_factor.kinds(session, first.id) == {"app", "code"}
        assert second_factor.kinds(session, second.id) == frozenset()
