"""Goes through the rooms of the workspace as anybody, and tells how it was received."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from register import i18n
from register.guards import signing
from register.guards.serving import COOKIE
from tests.access.world import Parts, World
from tests.workers import SECRET, let_in

NOBODY = "nobody"
MADE_UP = "made-up-token"
PEOPLE = (
    NOBODY, "nl-removed", "nl-half", "nl-plain", "nl-coordinator", "nl-diplomat", "nl-mandated", "nl-administrator",
    "nl-bare", "nl-head", "vl-coordinator", "vl-diplomat", "vl-mandated", "vl-administrator", "joint-coordinator",
    "joint-administrator",
)  # fmt: skip


OF_YESTERDAY = (
    "nl-administrator",
    "nl-mandated",
    "vl-diplomat",
    "joint-administrator",
)  # also as they showed themselves a day ago
YESTERDAY = " of yesterday"


class Room(NamedTuple):
    """A room as the application has it: its name and what follows it, in which methods, and what its view needs."""

    name: str
    rule: str
    methods: frozenset[str]
    view: Any
    need: Any

    @property
    def address(self) -> str:
        return self.name + self.rule


class Step(NamedTuple):
    """One request: a method, a room, and what stands there."""

    method: str
    room: Room
    state: str
    parts: Parts

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.method, self.room.address, self.state)))


def room(app: Flask, rule: Rule) -> tuple[Room, str] | None:
    """The room of a route and the language of its address; None for a public route, which has no door."""
    served = getattr(app.view_functions[rule.endpoint], "args", ())
    if len(served) != 5:  # as many as register/guards/rooms.py binds; the public door binds three
        return None
    view, need, name, rest, language = served
    return Room(name, rest, frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}, view, need), language


def rooms(app: Flask) -> dict[str, dict[str, Room]]:
    """Every room by address and language. Both languages of one must be alike: a test says so."""
    found: dict[str, dict[str, Room]] = {}
    for rule in app.url_map.iter_rules():
        if opened := room(app, rule):
            found.setdefault(opened[0].address, {})[opened[1]] = opened[0]
    return found


class Walk:
    """Sends requests as each of PEOPLE."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self._noes: dict[tuple[str, ...], TestResponse] = {}
        self.clients = {NOBODY: FlaskClient(app)}
        for name in PEOPLE[1:]:
            self._enter(name, name)
        for name in OF_YESTERDAY:
            self._enter(name + YESTERDAY, name, fresh=False)

    def steps(self) -> Iterator[Step]:
        """Every method of every room, with everything that can stand there."""
        for languages in rooms(self.app).values():
            room = languages.get("en") or languages[""]
            for state, parts in self.things(room).items():
                for method in sorted(room.methods):
                    yield Step(method, room, state, parts)

    def things(self, room: Room) -> dict[str, Parts]:
        """What can stand in a room. Raises KeyError for a room with a part that nobody described."""
        if "<" not in room.rule:
            return {"": {}}
        return self.world.things[THINGS[room.address]]

    def send(self, name: str, step: Step, language: str) -> TestResponse:
        """Make the step as somebody. A form is sent empty, with no more than the mark of the sign-in."""
        start = i18n.path(language, step.room.name) if step.room.name else ""
        return self._send(name, step.method, start + filled(step.room.rule, step.parts))

    def astray(self, name: str, step: Step, language: str) -> TestResponse:
        """What somebody is told at an address that does not exist."""
        start = i18n.path(language, "desk") if step.room.name else ""
        return self._send(name, step.method, start + "/nowhere-at-all")

    def received(self, name: str, step: Step, language: str) -> str:
        """How somebody is received: `in`, or sent to `sign-in`, `second-step` or `prove`, or told `no`."""
        answer = self.send(name, step, language)
        for room in ("sign-in", "second-step", "prove"):
            if answer.status_code == 303 and answer.location.startswith(i18n.path(language, room) + "?next="):
                return room
        if answer.status_code == 403 and name == NOBODY:  # a form, and no sign-in that it could belong to
            return "sign-in"
        if answer.status_code != 404:
            assert answer.status_code in (200, 303, 400, 409, 422), (name, step.name, answer.status)
            return "in"
        token = step.parts.get("token", "")
        found, wanted = told(answer, token), told(self.no(name, step, language), token and MADE_UP)
        difference = [line for one, other in zip(found, wanted, strict=True) for line in set(one) ^ set(other)]
        assert not difference, f"{name} can tell {step.name} from what does not exist: {difference}"
        return "no"

    def no(self, name: str, step: Step, language: str) -> TestResponse:
        """What the answer must be like when it is no; for a link that was sent, what a made-up one answers."""
        link = "<token>" in step.room.rule
        key = name, step.method, language, step.room.address if link else step.room.name and "room"
        if key not in self._noes:
            made_up = step._replace(parts={"token": MADE_UP})
            self._noes[key] = self.send(name, made_up, language) if link else self.astray(name, step, language)
        return self._noes[key]

    def _send(self, name: str, method: str, path: str) -> TestResponse:
        client = self.clients[name]
        cookie = client.get_cookie(COOKIE)
        mark = {"csrf": signing.csrf(cookie.value, SECRET)} if cookie else {}
        if method == "GET":
            return client.get(path)
        answer = client.open(path, method=method, data=mark, headers={"Origin": "http://localhost"})
        if cookie:  # what the answer said about the cookie is undone too
            client.set_cookie(COOKIE, cookie.value, secure=True, httponly=True, samesite="Lax")
        else:
            client.delete_cookie(COOKIE)
        return answer

    def _enter(self, name: str, person: str, *, fresh: bool = True) -> None:
        self.clients[name] = client = FlaskClient(self.app)  # the pages themselves are checked elsewhere
        account = self.world.people[person]
        let_in(client, account, stage="password" if name == "nl-half" else "full", fresh=fresh)  # type: ignore[arg-type]


def told(answer: TestResponse, token: str) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """All that an answer tells, but for the `token` that one came with: two that must be alike are to the last sign."""
    text = answer.text.replace(token, "token") if token else answer.text
    headers = [(name, value) for name, value in answer.headers if not (token and name == "Content-Length")]
    return [answer.status], headers, text.splitlines()


def filled(rule: str, parts: Parts) -> str:
    for name, value in parts.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


# What stands in the rooms that have something in them: a name of World.things.
THINGS = {
    "sign-in-service/<side>": "service",
    "/sign-in/service/<side>": "service",
    "own-passkeys/<passkey_id>": "passkey",
    "own-passkeys/<passkey_id>/remove": "passkey",
    "notes/<kind>/<reference>": "record",
    "notes/note/<note_id>": "note",
    "report/<kind>/<reference>": "record",
    "report/draft/<draft_id>": "draft",
    "report/draft/<draft_id>/file/<sha256>": "draft file",
    "propose/<kind>": "kind",
    "propose/<kind>/<reference>": "record",
    "propose/draft/<draft_id>": "record draft",
    "propose/draft/<draft_id>/file/<sha256>": "record draft file",
    "designate/<kind>/<reference>": "record",
    "move/<kind>/<reference>": "record",
    "review/<proposal_id>": "proposal",
    "review/<proposal_id>/file/<sha256>": "proposal file",
    "review/<proposal_id>/confirm": "proposal",
    "review/<proposal_id>/send-back": "proposal",
    "withdraw/<kind>/<reference>/<version>": "published text",
    "withdrawals/<withdrawal_id>": "withdrawal",
    "withdrawals/<withdrawal_id>/answer": "withdrawal",
    "work-history/<kind>/<reference>": "record",
    "review/<proposal_id>/embargo": "embargo",
    "review/<proposal_id>/embargo-agree": "embargo",
    "translations/<kind>/<reference>": "record",
    **{f"translations/text/<translation_id>{deed}": "translation" for deed in ("", "/drop", "/confirm", "/send-back")},
    "people-substitute/<reference>": "mandate",
    "people-end/<reference>": "mandate",
    "invitation/<token>": "invitation",
    "reset/<token>": "reset",
    "address/<token>": "address",
    "stop-mail/<token>": "stop",
    "follow-confirm/<token>": "follow request",
    "follow-own/<token>": "follower",
    "follow-stop/<token>": "follower",
    "pauses-end/<seq>": "pause",
    **{f"people{deed}/<reference>": "account" for deed in ("", "-again", "-change", "-remove", "-reset", "-mandate")},
}
