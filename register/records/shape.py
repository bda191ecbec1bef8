"""What a kind of record says of itself: its form, and the way between what is typed and the body of a document."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session

from register.records.forms import RecordForm
from register.records.reading import Reader, Shown


class Group(NamedTuple):
    """Fields that stand together. `folded`: shown on request. `passages` and `relations` stand for their rows."""

    heading: str
    fields: tuple[str, ...]
    folded: bool = False


class Start(NamedTuple):
    """What a form begins with when its address says more: the parameters, and what they fill in, by field."""

    asks: tuple[str, ...] = ()
    typed: Callable[[Session, str, Mapping[str, str]], dict[str, str]] = lambda _session, _language, _asked: {}


NOTHING = Start()


class Kind(NamedTuple):
    """A kind of record. `hints` by field; `whose`: what `workflow` asks of a body, from what is typed and a side.

    `new` and `change`: what the address may fill in. `prepare` offers in a form what depends on what stands in it.
    """

    name: str
    form: type[RecordForm]
    groups: tuple[Group, ...]
    hints: Mapping[str, str]
    whose: Callable[[Mapping[str, str], str], dict[str, Any]]
    read: Callable[[Reader], dict[str, Any]]
    show: Callable[[Shown, dict[str, Any]], dict[str, str]]
    choose: tuple[str, ...] = ()  # kinds that its lines suggest
    new: Start = NOTHING
    change: Start = NOTHING
    prepare: Callable[[Session, str, RecordForm], None] | None = None
