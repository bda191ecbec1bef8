"""What a view of the workspace gets and gives: the visit it answers, and a page, a way onward or a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from flask import request
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from register import access, i18n
from register.access import Person, Thing
from register.audit import Trail
from register.config import Settings
from register.errors import NotHere
from register.guards import forging, keeping, returning, signing
from register.guards.network import client_address
from register.guards.signing import SignedIn
from register.mail import Message

COOKIE = "__Host-schakel"
CHALLENGE = "__Host-schakel-challenge"  # binds what a passkey or a sign-in service must answer to this browser


class Need(NamedTuple):
    """What a room asks of who enters: a verb on a kind, a full sign-in only, or nothing; and perhaps a fresh proof."""

    verb: str = ""
    kind: str = ""
    anyone: bool = False
    stage: signing.Stage = "full"
    fresh: bool = False
    writes: bool = False
    by_link: bool = False


@dataclass
class Page:
    """A page to show. One with a `status` of 400 or more undoes what was written, unless it says `keep`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    fragment: str = ""
    status: int = 200
    keep: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Go:
    """Onward to another page of the register, with a word on what was done: a name in templates/work/_done.html."""

    path: str
    done: str = ""


@dataclass
class File:
    """Something to take along."""

    data: bytes
    name: str
    mimetype: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class View(Protocol):
    """A view: loads, checks, calls one rule, and says what to show."""

    __name__: str

    def __call__(self, visit: "Visit", **kwargs: str) -> Page | Go | File: ...


class Letter(NamedTuple):
    """A message to send after the transaction."""

    message: Message
    quietly: bool


@dataclass
class Visit:
    """One request in the workspace: the transaction it happens in, who it is, and when."""

    session: Session
    settings: Settings
    language: str
    now: datetime
    signed_in: SignedIn | None = None
    cookie: str | None = None  # a token to give to the browser; empty takes it away
    challenge: str | None = None  # the same, for what this browser was asked
    clear: bool = False  # also clear what the browser kept of us
    kept: dict[str, list[str]] | None = None
    letters: list[Letter] = field(default_factory=list)
    ahead: Any = None  # what was found out before the transaction: see `beforehand`

    def send(self, message: Message, *, quietly: bool = False) -> None:
        """Send mail once everything is written. `quietly`: the answer does not wait for it, nor tell how it went."""
        self.letters.append(Letter(message, quietly))

    @property
    def today(self) -> date:
        """The day in Amsterdam and Brussels."""
        return self.now.astimezone(i18n.ZONE).date()

    @property
    def person(self) -> Person:
        """Who is signed in. Raises NotHere when nobody is."""
        if self.signed_in is None:
            raise NotHere
        return self.signed_in.person

    @property
    def posted(self) -> MultiDict[str, str]:
        """What was sent with an unsafe request."""
        return request.form

    @property
    def writes(self) -> bool:
        """Whether this is an unsafe request."""
        return request.method == "POST"

    @property
    def back(self) -> str:
        """Where to go afterwards: the page of this register that `next` names, in the form or in the address."""
        return returning.safe(request.form.get("next", "")) or returning.safe(request.args.get("next", ""))

    @property
    def network(self) -> str:
        """The network that the request comes from, as limits on trying count it."""
        return client_address(request, self.settings.proxies)

    @property
    def agent(self) -> str:
        """What the browser calls itself."""
        return request.headers.get("User-Agent", "")

    @property
    def challenged(self) -> str:
        """The token that goes with what this browser was asked last, if it was asked anything."""
        return request.cookies.get(CHALLENGE, "")

    def forget_token(self) -> None:
        """Take the cookie away, and all that the browser keeps of the register."""
        self.cookie, self.clear = "", True

    def check_mark(self) -> None:
        """Raise Forged unless the form carries the mark of this sign-in: for a view that `anyone` may enter."""
        forging.check_token(request.cookies.get(COOKIE, ""), self.settings.secret)

    @property
    def trail(self) -> Trail:
        """The audit trail, writing in this transaction for this person."""
        row = self.signed_in.row.id if self.signed_in else ""
        person = self.signed_in.person if self.signed_in and self.signed_in.complete else None
        return Trail(self.session, self.now, self.settings.limits.keep_audit.days, person, row)

    def check(self, verb: str, thing: Thing) -> None:
        """Raise NotHere, which looks like a page that does not exist, unless the person may do `verb` to `thing`."""
        if not access.can(self.person, verb, thing):
            raise NotHere

    def path(self, room: str, *parts: str, **query: Any) -> str:
        """The address of a room in the reader's language, `parts` following it."""
        return i18n.path(self.language, room, "/".join(parts), **query)

    def saved(self) -> None:
        """What was sent here is saved: forget the copy that was kept for an expired sign-in."""
        if self.signed_in:
            keeping.drop(self.session, self.signed_in.account.id, request.path)


def requires(
    verb: str, kind: str, *, fresh: bool = False, stage: signing.Stage = "full"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The verb that a view needs; `fresh`: only shortly after showing again who one is."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.need = Need(verb, kind, fresh=fresh, stage=stage)  # type: ignore[attr-defined]
        return view

    return mark


def beforehand(work: Callable[["Visit"], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Something slow to be done in a snapshot before the writer transaction begins, such as trying a password.

    What `work` gives is `visit.ahead` in the view, which must not take it for true still: time has passed.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.ahead = work  # type: ignore[attr-defined]
        return view

    return mark


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view whose form may carry files: the request may be long, and of each file only what may be kept is kept."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def outside(work: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Something to be done while no transaction is open, such as talking to a sign-in service over the network.

    `work` gets the parts of the address, opens short transactions of its own where it needs any, and gives
    `visit.ahead`. Only for a room that `anyone` may enter: who it is, is looked up afterwards.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.outside = work  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Anybody whose first factor is right may enter: the way to the second one, and the way out."""
    view.need = Need(stage="password")  # type: ignore[attr-defined]
    return view


def anyone(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that needs no sign-in: the way in."""
    view.need = Need(anyone=True)  # type: ignore[attr-defined]
    return view


def by_link(view: Callable[..., Any]) -> Callable[..., Any]:
    """Anybody who has the link may enter, and send the form from anywhere: the address itself is signed.

    For what a mail program does at the press of its own button (RFC 8058), which says nothing of where it comes from.
    """
    view.need = Need(anyone=True, by_link=True)  # type: ignore[attr-defined]
    return view


def callback(view: Callable[..., Any]) -> Callable[..., Any]:
    """The one view that writes on GET: where a sign-in service sends the browser back to, whose answer works once."""
    view.need = Need(anyone=True, writes=True)  # type: ignore[attr-defined]
    return view
