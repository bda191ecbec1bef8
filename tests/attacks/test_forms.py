"""Forms with odd signs, bytes that are no text, and far too much of everything: refused, and never a fault of ours."""

from collections.abc import Callable
from urllib.parse import quote_from_bytes

import pytest

from register import i18n
from register.guards import signing
from register.guards.serving import COOKIE
from tests.access.walk import Step, Walk, filled
from tests.accounts import SQLITE
from tests.notes.conftest import ROOM
from tests.workers import SECRET, People, WorkClient, forms

ODD: dict[str, bytes] = {
    "nothing": b"",
    "a zero byte": b"a\x00b",
    "no UTF-8": b"\xff\xfe\xfd",
    "half a surrogate": b"\xed\xa0\x80",
    "a sign that is no sign": "\U0010ffff￿".encode(),
    "turned around": "\u202eabc\u2066".encode(),
    "line ends": b"a\r\nb\rc\nd",
    "digits of another script": "١٢٣٤".encode(),
    "a number beyond all": b"9" * 5000,
    "a number that is none": b"NaN",
    "no day": b"2026-02-30",
    "code": b"'; DROP TABLE note; -- {{7*7}} <script>",
    "very long": b"x" * 50_000,
}
WHO = {"nobody": "", "nl-head": "", "nl-diplomat": "notes", "nl-half": "second-step"}


def fields(walk: Walk, name: str, step: Step) -> list[str]:
    """The fields of the forms that somebody is shown in a room."""
    if "GET" not in step.room.methods:
        return ["credential"]
    page = walk.send(name, step._replace(method="GET"), "en")
    return (
        sorted({field for form in forms(page) for field in form.fields} - {"csrf"}) if page.status_code == 200 else []
    )


def post(walk: Walk, name: str, step: Step, field: str, value: bytes) -> int:
    """Send a form with one odd field, as bytes that no browser would send; the other fields are left out."""
    client = walk.clients[name]
    cookie = client.get_cookie(COOKIE)
    mark = signing.csrf(cookie.value, SECRET) if cookie else ""
    answer = client.post(
        i18n.path("en", step.room.name) + filled(step.room.rule, step.parts),
        data=f"csrf={mark}&{field}={quote_from_bytes(value)}",
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": "http://localhost"},
    )
    if cookie:
        client.set_cookie(COOKIE, cookie.value, secure=True, httponly=True, samesite="Lax")
    else:
        client.delete_cookie(COOKIE)
    return answer.status_code


def tried(walk: Walk, odd: dict[str, bytes]) -> int:
    """Try odd values in every field of every form. Gives how many were sent."""
    sent = 0
    seen = set()
    for name, only in WHO.items():
        for step in walk.steps():
            place = name, step.room.address
            if step.method != "POST" or not step.room.address.startswith(only) or place in seen:
                continue
            for field in fields(walk, name, step):
                seen.add(place)
                for what, value in odd.items():
                    status = post(walk, name, step, field, value)
                    assert status < 500, f"{status} for {what} in {field} of {step.name}, as {name}"
                    sent += 1
    return sent


@SQLITE
def test_no_field_is_tripped_over(walk: Walk) -> None:
    assert tried(walk, ODD) > 500


@SQLITE
def test_nor_is_the_other_database(walk_postgresql: Walk) -> None:
    """PostgreSQL takes no zero byte in a text, and compares no number with one."""
    assert tried(walk_postgresql, {what: ODD[what] for what in ("a zero byte", "a number beyond all")}) > 80


@SQLITE
def test_far_too_much_is_refused_with_a_page(
    browser: Callable[[object], WorkClient], people: People, stored: Callable[[], list[object]]
) -> None:
    mine = browser(people("diplomat"))
    assert mine.post(ROOM, data={"text": "x" * 1_000_001, "visibility": "own"}).status_code == 413
    many = {f"field{number}": (None, "x") for number in range(2000)}
    mark = {"csrf": signing.csrf(mine.token, SECRET)}
    assert mine.post(ROOM, data=mark | dict.fromkeys(many, "x")).status_code == 400
    answer = mine.post(ROOM, data=mark | dict.fromkeys(many, "x"), content_type="multipart/form-data")
    assert answer.status_code in (400, 413)
    assert not stored()


@SQLITE
@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (b'{"text": "x", "visibility": "own"}', "application/json"),
        (b"<note/>", "text/xml"),
        (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
        (b"text=x&visibility=own", "text/plain"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"", "multipart/form-data"),
    ],
)
def test_a_form_in_another_shape_saves_nothing(
    browser: Callable[[object], WorkClient], people: People, stored: Callable[[], list[object]], body: bytes, shape: str
) -> None:
    mine = browser(people("diplomat"))
    answer = mine.post(ROOM, data=body, content_type=shape, headers={"Origin": "http://localhost"})
    assert answer.status_code in (400, 403, 413)
    assert not stored()
