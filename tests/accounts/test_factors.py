"""The second factors of one's own account: the app, and the recovery codes that come with the first one."""

import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from register.accounts import recovery, second_factor, totp
from register.guards import signing
from register.i18n import path
from register.models import Account, AuditEntry, Passkey, RecoveryCode, SignIn, Totp
from tests.accounts import SQLITE
from tests.accounts.post import Post
from tests.workers import APP, RECOVERY, SECRET, Clock, People, WorkClient, forms, let_in

pytestmark = SQLITE
OWN_APP, CODES, KEYS, DESK = (path("en", room) for room in ("own-app", "own-codes", "own-passkeys", "desk"))
REMOVE = path("en", "own-app", "remove")


def shown(page: TestResponse) -> str:
    """The secret that a page gives for typing it in."""
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def codes(page: TestResponse) -> list[str]:
    return re.findall(r"<li><code>([0-9a-z-]{19})</code></li>", page.text)


def deeds(people: People) -> list[tuple[str, str, str]]:
    with people.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.deed, row.detail, row.sign_in) for row in rows]


def kinds(people: People, account: Account) -> frozenset[str]:
    with people.database.read() as session:
        return second_factor.kinds(session, account.id)


def add(client: WorkClient, clock: Clock) -> TestResponse:
    page = client.get(OWN_APP)
    return client.submit(page, {"code": clock.code(shown(page))})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_first_app(client: WorkClient, people: People, clock: Clock, language: str) -> None:
    account = people("administrator", factor="")
    let_in(client, account)
    wanted = path(language, "people")
    page = client.get(path(language, "own-app", next=wanted))
    assert 'class="qr"' in page.text
    secret = shown(page)
    assert client.get(wanted).status_code == 404
    assert kinds(people, account) == set(), "nothing counts before the first code"
    page = client.submit(page, {"code": clock.code(secret)})
    assert page.status_code == 200
    made = codes(page)
    assert len(set(made)) == 10
    assert f'href="{wanted}"' in page.text, "onward to where one was going"
    assert client.get(wanted).status_code == 200
    with people.database.read() as session:
        kept = {row.digest for row in session.scalars(select(RecoveryCode))}
        assert secret not in session.get_one(Totp, account.id).secret
    assert kept == {recovery.digest(SECRET, account.id, one) for one in made}
    with people.database.write() as session:
        assert second_factor.use(session, SECRET, account.id, clock.code(secret), clock.now) is None, "used already"
        assert second_factor.use(session, SECRET, account.id, made[3], clock.now) == "recovery code"
    assert [(deed, detail) for deed, detail, _ in deeds(people)] == [
        ("factor_added", '{"factor": "app"}'),
        ("codes_made", '{"count": 10}'),
    ]
    assert all(sign_in for _, _, sign_in in deeds(people))


def test_a_wrong_code_changes_nothing(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", factor="")
    let_in(client, account)
    page = client.get(OWN_APP)
    secret = shown(page)
    for code in ("", "12345", clock.code(APP)):
        page = client.submit(page, {"code": code})
        assert page.status_code == 422
        assert shown(page) == secret, "the app that read the picture still fits"
    assert kinds(people, account) == set()
    assert deeds(people) == []
    assert len(codes(client.submit(page, {"code": clock.code(secret)}))) == 10


def test_a_secret_that_was_not_made_here_is_none(client: WorkClient, people: People, clock: Clock) -> None:
    account, other = people("administrator", factor=""), people("administrator")
    let_in(client, account)
    for sealed in (
        "",
        "nonsense",
        totp.seal("another installation", account.id, APP),
        totp.seal(SECRET, other.id, APP),
    ):
        page = client.submit(client.get(OWN_APP), {"sealed": sealed, "code": clock.code()})
        assert page.status_code == 422
        assert "too old" in page.text
        assert shown(page) != APP
    assert kinds(people, account) == set()


def test_another_telephone_takes_over_at_its_first_code(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", codes=(RECOVERY,))
    let_in(client, account)
    elsewhere = client.application.test_client()
    let_in(elsewhere, account)
    page = client.get(OWN_APP)
    with people.database.read() as session:
        kept = session.get_one(Totp, account.id).secret
        assert totp.unseal(SECRET, account.id, kept) == APP, "the old one works until then"
    answer = client.submit(page, {"code": clock.code(shown(page))})
    assert (answer.status_code, answer.location) == (303, f"{OWN_APP}?done=factor-added")
    with people.database.write() as session:
        assert second_factor.use(session, SECRET, account.id, clock.code(), clock.now) is None
        assert second_factor.use(session, SECRET, account.id, RECOVERY, clock.now) == "recovery code", "codes stay"
    assert client.get(DESK).status_code == 200
    assert elsewhere.get(DESK).status_code == 303, "every other sign-in has ended"


def test_the_same_code_does_not_count_twice(client: WorkClient, people: People, clock: Clock) -> None:
    let_in(client, people("diplomat"))
    page = client.get(OWN_APP)
    code = clock.code(shown(page))
    assert client.submit(page, {"code": code}).status_code == 200
    assert client.submit(page, {"code": code}).status_code == 422, "as when the answer is loaded anew"


@pytest.mark.parametrize(("roles", "mandates"), [(("administrator",), ()), (("diplomat",), ("",))])
def test_who_needs_a_factor_keeps_the_last_one(
    client: WorkClient, people: People, roles: tuple[str, ...], mandates: tuple[str, ...]
) -> None:
    account = people(*roles, mandates=mandates, codes=(RECOVERY,))
    let_in(client, account)
    page = client.submit(client.get(REMOVE))
    assert page.status_code == 422
    assert "Add another one" in page.text
    assert kinds(people, account) == {"app", "code"}
    with people.database.write() as session:
        key = {"credential_id": "k", "public_key": b"k", "name": "k", "created_at": account.created_at}
        session.add(Passkey(account_id=account.id, **key))
    answer = client.post(REMOVE)
    assert (answer.status_code, answer.location) == (303, f"{OWN_APP}?done=factor-removed")
    assert kinds(people, account) == {"passkey", "code"}
    assert client.get(client.get(REMOVE).location).status_code == 200, "there is none any more"


def test_whoever_needs_none_may_go_without(client: WorkClient, people: People) -> None:
    account = people("diplomat", factor="app", codes=(RECOVERY,))
    let_in(client, account)
    page = client.get(REMOVE)
    assert "last second factor" in page.text
    client.submit(page)
    assert kinds(people, account) == set(), "codes stand in for a factor, and there is none"
    assert [deed for deed, *_ in deeds(people)] == ["factor_removed"]
    client.post(REMOVE)
    assert len(deeds(people)) == 1


def test_new_codes(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("administrator", codes=(RECOVERY,))
    let_in(client, account)
    page = client.get(CODES)
    assert "You have 1 code left" in page.text
    made = codes(client.submit(page))
    assert len(made) == 10
    page = client.get(CODES)
    assert "You have 10 codes left" in page.text
    assert not [one for one in made if one in page.text], "never again"
    with people.database.write() as session:
        assert second_factor.use(session, SECRET, account.id, RECOVERY, clock.now) is None
    assert [deed for deed, *_ in deeds(people)] == ["codes_made"]


def test_no_codes_without_a_factor(client: WorkClient, people: People) -> None:
    account = people("diplomat")
    let_in(client, account)
    assert "Set that up first" in client.get(CODES).text
    assert codes(client.post(CODES)) == []
    assert kinds(people, account) == set()


@pytest.mark.parametrize("address", [OWN_APP, REMOVE, CODES, KEYS])
def test_a_fresh_proof_is_asked_for(client: WorkClient, people: People, address: str) -> None:
    account = people("administrator", codes=(RECOVERY,))
    let_in(client, account, fresh=False)
    for answer in (client.get(address), client.post(address)):
        assert answer.location.startswith(path("en", "prove"))
    assert kinds(people, account) == {"app", "code"}
    assert client.post(path("en", "own-passkeys", "options"), data={"name": "", "credential": ""}).status_code == 303


def test_a_message_tells_of_each_change(mailing: object, people: People, post: Post, clock: Clock) -> None:
    client: WorkClient = mailing.test_client()  # type: ignore[attr-defined]
    let_in(client, people("diplomat", language="nl", email="jan@nl.example"))
    add(client, clock)
    letter = post.one()
    assert (letter.to, letter.language) == ("jan@nl.example", "nl")
    assert "http" not in letter.text
    client.post(CODES)
    assert "Jan" not in post.one().subject
    client.post(REMOVE)
    post.one()


def test_the_sign_in_that_makes_the_change_holds_and_no_other(client: WorkClient, people: People, clock: Clock) -> None:
    account = people("diplomat")
    let_in(client, account)
    let_in(client.application.test_client(), account)
    add(client, clock)
    with people.database.read() as session:
        version = session.get_one(Account, account.id).version
        rows = session.scalars(select(SignIn)).all()
        assert [row.account_version == version for row in rows] == [
            row.token == signing.digest(client.token) for row in rows
        ]


def test_a_field_that_nobody_made_is_refused(client: WorkClient, people: People) -> None:
    let_in(client, people("administrator"))
    for address in (OWN_APP, REMOVE, CODES, KEYS):
        assert client.post(address, data={"account_id": "x"}).status_code == 400, address


def test_what_is_shown_can_be_sent(client: WorkClient, people: People) -> None:
    let_in(client, people("administrator"))
    assert set(forms(client.get(OWN_APP))[0].fields) == {"csrf", "sealed", "code"}
