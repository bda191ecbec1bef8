"""THE permission table: who may do what to which thing. Nothing is allowed that no line below allows.

`can` asks about one thing, `visible` gives the same answer as a condition for a list, `may` asks whether there is any
thing of the kind that the person could do it to (what a menu or the door of a room needs). A person is a snapshot of
an account, taken once for each request; no question here asks the database anything.
"""

import json
from collections.abc import Callable, Collection
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlalchemy.orm import Mapped
from sqlmodel import col

from register.models import Account, AuditEntry, Draft, Note, Proposal, Translation, Withdrawal
from register.words.people import Role
from register.words.vocabulary import SIDES
from register.words.work import Mode


class Person(NamedTuple):
    """Who asks. `topics` are those they coordinate, `mandates` those they may confirm on today ("" is all topics).

    `second_factor` says whether the account has one; without it nobody confirms or administers.
    """

    id: str
    side: str
    name: str
    organisation: str
    language: str
    roles: frozenset[str]
    topics: frozenset[str] = frozenset()
    mandates: frozenset[str] = frozenset()
    second_factor: bool = False

    @property
    def principal(self) -> bool:
        """Whether the person works for one of the two sides rather than for a joint body."""
        return self.side in SIDES


class Thing(NamedTuple):
    """What it is about: its side (empty: of neither), whose it is, its state and its topics, as far as they matter."""

    kind: str
    side: str = ""
    owner: str = ""
    state: str = ""
    topics: frozenset[str] = frozenset()


class Whose(Enum):
    """How the thing must stand to the person."""

    SELF = auto()  # it is the person, or was written by them
    OTHERS = auto()  # of the person's own side, and not SELF
    SIDE = auto()  # of the person's own side
    BOTH = auto()  # shown to both sides
    TOPICS = auto()  # of the person's own side, not written by them, and on topics that their mandates cover


class Rule(NamedTuple):
    """One line of the table. `by`: roles, of which one is enough, or MANDATE; empty is anybody who is signed in."""

    verb: str
    kind: str
    whose: Whose
    by: Collection[str] = ()
    states: Collection[str] = ()


MANDATE = "mandate"
PRINCIPALS_ONLY = frozenset({"confirm", "withdraw", "write own", "give", "declare"})  # that a joint body never has
FACTOR_FIRST = frozenset({Role.ADMINISTRATOR.value, MANDATE})  # what counts only with a second factor
WORKING = (Role.COORDINATOR.value, Role.DIPLOMAT.value)
ADMINISTRATOR = (Role.ADMINISTRATOR.value,)
HERE = ("invited", "active")
SUBMITTED = ("waiting", "returned", "published")  # what the other side sees of a translation for both

RULES: tuple[Rule, ...] = (
    # --- verb ------- kind ------ whose --------- by ------------ in which states
    Rule("see", "account", Whose.SELF),
    Rule("change own", "account", Whose.SELF, (), ("active",)),
    Rule("see", "account", Whose.SIDE, ADMINISTRATOR),
    Rule("invite", "account", Whose.OTHERS, ADMINISTRATOR, ("new", "invited")),
    Rule("change", "account", Whose.OTHERS, ADMINISTRATOR, HERE),
    Rule("remove", "account", Whose.OTHERS, ADMINISTRATOR, HERE),
    Rule("reset", "account", Whose.OTHERS, ADMINISTRATOR, ("active",)),
    Rule("give", "mandate", Whose.OTHERS, ADMINISTRATOR, ("new",)),
    Rule("change", "mandate", Whose.OTHERS, ADMINISTRATOR, ("standing",)),
    Rule("see", "audit", Whose.SIDE, ADMINISTRATOR),
    Rule("see", "note", Whose.SIDE, WORKING, ("standing",)),
    Rule("see", "note", Whose.BOTH, WORKING, ("standing",)),
    Rule("write own", "note", Whose.SIDE, WORKING, ("new",)),
    Rule("write", "note", Whose.BOTH, WORKING, ("new",)),
    Rule("change", "note", Whose.SELF, WORKING, ("standing",)),
    Rule("see", "draft", Whose.SIDE, WORKING),
    Rule("write own", "draft", Whose.SIDE, WORKING, ("new",)),
    Rule("write", "draft", Whose.SIDE, WORKING, ("new",)),
    Rule("change", "draft", Whose.SELF, WORKING, ("draft", "waiting", "embargoed", "returned")),
    Rule("drop", "draft", Whose.SELF, WORKING, ("draft", "returned")),
    Rule("see", "proposal", Whose.SIDE, (*WORKING, MANDATE)),
    Rule("see", "proposal", Whose.BOTH, (*WORKING, MANDATE)),
    Rule("see", "translation", Whose.SIDE, (*WORKING, MANDATE)),
    Rule("see", "translation", Whose.BOTH, (*WORKING, MANDATE)),
    Rule("write", "translation", Whose.SIDE, WORKING, ("new",)),
    Rule("change", "translation", Whose.SELF, WORKING, ("draft", "waiting", "returned")),
    Rule("confirm", "record", Whose.TOPICS, (MANDATE,)),
    Rule("withdraw", "record", Whose.TOPICS, (MANDATE,)),
    Rule("see", "withdrawal", Whose.SIDE, (*WORKING, MANDATE)),
    Rule("see", "withdrawal", Whose.BOTH, (*WORKING, MANDATE)),
    Rule("declare", "pause", Whose.SIDE, ADMINISTRATOR),
    Rule("declare", "pause", Whose.TOPICS, (MANDATE,)),  # it has no topics: only a mandate on all of them covers it
)


def can(person: Person | None, verb: str, thing: Thing) -> bool:
    """Whether `person` may do `verb` to `thing`: whether any line of the table says so."""
    return person is not None and any(
        rule.verb == verb
        and rule.kind == thing.kind
        and (not rule.states or thing.state in rule.states)
        and _by(person, rule)
        and _whose(person, rule, thing)
        for rule in RULES
    )


def may(person: Person | None, verb: str, kind: str) -> bool:
    """Whether there could be a thing of `kind` that `person` may do `verb` to. Raises KeyError for an unlisted pair."""
    rules = [rule for rule in RULES if (rule.verb, rule.kind) == (verb, kind)]
    if not rules:
        raise KeyError(f"nobody listed {verb} for {kind}")
    return person is not None and any(_by(person, rule) for rule in rules)


def visible(model: type[Any], person: Person | None) -> ColumnElement[bool]:
    """The rows of `model` that `person` may see, as a condition. Raises KeyError for a model that nobody listed."""
    conditions: dict[type[Any], tuple[str, Callable[[Person, Rule], ColumnElement[bool]]]] = {
        Account: ("account", _accounts),
        AuditEntry: ("audit", _audit),
        Note: ("note", _notes),
        Draft: ("draft", _drafts),
        Proposal: ("proposal", _proposals),
        Withdrawal: ("withdrawal", _withdrawals),
        Translation: ("translation", _translations),
    }
    kind, rows = conditions[model]
    if person is None:
        return false()
    allowed = [
        and_(rows(person, rule), _states(model, rule))
        for rule in RULES
        if rule.verb == "see" and rule.kind == kind and _by(person, rule)
    ]
    return or_(false(), *allowed)


def confirmable(person: Person) -> ColumnElement[bool]:
    """The proposals that a person may turn the key of their side on, as a condition; the keys themselves aside."""
    if not may(person, "confirm", "record"):
        return false()
    of_their_side = or_(col(Proposal.mode) == Mode.JOINT.value, col(Proposal.side) == person.side)
    return and_(of_their_side, col(Proposal.author_id) != person.id, _covered(col(Proposal.topics), person.mandates))


def confirmable_translations(person: Person) -> ColumnElement[bool]:
    """The translations that a person may turn the key of their side on, as a condition; the keys themselves aside."""
    if not may(person, "confirm", "record"):
        return false()
    of_their_side = or_(col(Translation.standing) == "agreed", col(Translation.side) == person.side)
    covered = _covered(col(Translation.topics), person.mandates)
    return and_(of_their_side, col(Translation.author_id) != person.id, covered)


def withdrawable(person: Person) -> ColumnElement[bool]:
    """What was asked to be taken back, on topics on which the person may withdraw, as a condition."""
    return _covered(col(Withdrawal.topics), person.mandates) if may(person, "withdraw", "record") else false()


def holds(mandate_topics: Collection[str], topics: Collection[str]) -> bool:
    """Whether mandates on `mandate_topics` cover a thing on `topics`: one on all topics does, else each is needed."""
    return "" in mandate_topics or (bool(topics) and set(topics) <= set(mandate_topics))


def account(row: Account) -> Thing:
    """An account as the table sees it."""
    return Thing("account", row.side, row.id, row.state)


def note(row: Note) -> Thing:
    """A note as the table sees it: one for both sides is of neither."""
    state = "standing" if row.removed_at is None else "removed"
    return Thing("note", row.side if row.visibility == "own" else "", row.author_id, state)


def draft(row: Draft) -> Thing:
    """A report that is being written, as the table sees it: of the side of whoever writes it, also a joint one."""
    return Thing("draft", row.side, row.author_id, row.state)


def proposal(row: Proposal) -> Thing:
    """A text that waits, as the table sees it: a joint one is of neither side, and both see it once it is submitted."""
    side = row.side if row.mode == Mode.OWN.value else ""
    return Thing("proposal", side, row.author_id, row.state, frozenset(json.loads(row.topics)))


def translation(row: Translation) -> Thing:
    """A translation as the table sees it: one for both sides is of neither, from when it is submitted."""
    return Thing("translation", "" if _for_both(row) else row.side, row.author_id, row.state)


def _for_both(row: Translation) -> bool:
    return row.standing == "agreed" and row.state in SUBMITTED


def _by(person: Person, rule: Rule) -> bool:
    if rule.verb in PRINCIPALS_ONLY and not person.principal:
        return False
    held = set(person.roles) | ({MANDATE} if person.mandates else set())
    if not person.second_factor:
        held -= FACTOR_FIRST
    return not rule.by or bool(held & set(rule.by))


def _whose(person: Person, rule: Rule, thing: Thing) -> bool:
    own = thing.side == person.side
    if rule.whose is Whose.SELF:
        return thing.owner == person.id and (own or not thing.side)
    if rule.whose is Whose.OTHERS:
        return own and thing.owner != person.id
    if rule.whose is Whose.BOTH:
        return not thing.side
    if rule.whose is Whose.TOPICS:
        return own and thing.owner != person.id and holds(person.mandates, thing.topics)
    return own


def _states(model: type[Any], rule: Rule) -> ColumnElement[bool]:
    if model is Note:
        return col(Note.removed_at).is_(None)
    return true()


def _accounts(person: Person, rule: Rule) -> ColumnElement[bool]:
    if rule.whose is Whose.SELF:
        return col(Account.id) == person.id
    return col(Account.side) == person.side


def _audit(person: Person, rule: Rule) -> ColumnElement[bool]:
    return col(AuditEntry.side) == person.side


def _notes(person: Person, rule: Rule) -> ColumnElement[bool]:
    if rule.whose is Whose.BOTH:
        return col(Note.visibility) == "both"
    return and_(col(Note.side) == person.side, col(Note.visibility) == "own")


def _drafts(person: Person, rule: Rule) -> ColumnElement[bool]:
    return col(Draft.side) == person.side


def _proposals(person: Person, rule: Rule) -> ColumnElement[bool]:
    if rule.whose is Whose.BOTH:
        return col(Proposal.mode) == Mode.JOINT.value
    return and_(col(Proposal.mode) == Mode.OWN.value, col(Proposal.side) == person.side)


def _withdrawals(person: Person, rule: Rule) -> ColumnElement[bool]:
    if rule.whose is Whose.BOTH:
        return col(Withdrawal.shared) == 1
    return col(Withdrawal.side) == person.side


def _translations(person: Person, rule: Rule) -> ColumnElement[bool]:
    if rule.whose is Whose.BOTH:
        return and_(col(Translation.standing) == "agreed", col(Translation.state).in_(SUBMITTED))
    return col(Translation.side) == person.side


def _covered(topics: Mapped[str], mandates: Collection[str]) -> ColumnElement[bool]:
    """What `holds` says, of topics as they are kept, a list in JSON: whatever is left of it has quotes."""
    if "" in mandates:
        return true()
    left: ColumnElement[str] = func.replace(topics, " ", "")
    for topic in sorted(mandates):
        left = func.replace(left, json.dumps(topic), "")
    return and_(topics != "[]", left.not_like('%"%'))
