"""The public document types: what a published record of each kind says.

A body holds the record's own statements in its authentic language, and relations as ids; never anything derived
(design rule 3).
"""

from typing import Literal

from pydantic import Field, model_validator

from register.ledger.parts import (
    ActionId,
    AgreementId,
    Body,
    Citation,
    DateSaid,
    Evidence,
    Hours,
    Identifiers,
    Lead,
    OrganisationId,
    Outcome,
    Part,
    PlaceId,
    Point,
    Pointer,
    Relation,
    Said,
    SessionId,
    TopicId,
)
from register.words.vocabulary import (
    Belonging,
    Character,
    Competence,
    Form,
    Heading,
    Nature,
    OrganisationKind,
    RequestKind,
    SessionKind,
    SessionState,
    Side,
    SourceKind,
    Status,
    StructureKind,
)

SCHEMA = 1


class Topic(Body):
    """A theme of the cooperation."""

    kind: Literal["topic"] = "topic"
    short: Said
    summary: Said
    heading: Heading
    order: int
    leads: tuple[Lead, ...] = ()


class Place(Body):
    """A place that a document names."""

    kind: Literal["place"] = "place"


class Organisation(Body):
    """A body that a document names."""

    kind: Literal["organisation"] = "organisation"
    type: OrganisationKind
    side: Belonging
    abbreviation: str | None = None
    summary: Said | None = None
    identifiers: Identifiers = Identifiers()
    url: str | None = None
    parent: OrganisationId | None = None


class Source(Body):
    """A document that records rest on, or that such a document refers to."""

    kind: Literal["source"] = "source"
    type: SourceKind
    summary: Said | None = None
    sides: tuple[Side, ...] = ()
    publisher: OrganisationId | None = None
    date: DateSaid | None = None
    number: str | None = None
    url: str | None = None
    file: str | None = None


class Agreement(Body):
    """One thing the sides agreed, intend or hold jointly, as small as it can be followed up by itself."""

    kind: Literal["agreement"] = "agreement"
    summary: Said
    topics: tuple[TopicId, ...] = Field(min_length=1)
    nature: Nature
    one_sided: Side | None = None
    form: Form
    made: DateSaid
    due: DateSaid | None = None
    leads: tuple[Lead, ...] = ()
    participants: tuple[OrganisationId, ...] = ()
    addressed: tuple[OrganisationId, ...] = ()
    competence: Competence | None = None
    places: tuple[PlaceId, ...] = ()
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="after")
    def _whose(self) -> "Agreement":
        if (self.nature is Nature.ONE_SIDED) != (self.one_sided is not None):
            raise ValueError("one_sided names the side exactly when the nature is one_sided")
        return self


class Action(Body):
    """Follow-up under an agreement or a topic."""

    kind: Literal["action"] = "action"
    summary: Said
    topics: tuple[TopicId, ...] = Field(min_length=1)
    agreements: tuple[AgreementId, ...] = ()
    character: Character
    side: Side | None = None
    made: DateSaid | None = None
    due: DateSaid | None = None
    leads: tuple[Lead, ...] = ()
    places: tuple[PlaceId, ...] = ()
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="after")
    def _whose(self) -> "Action":
        if (self.character is Character.NATIONAL) != (self.side is not None):
            raise ValueError("side names the side exactly when the action is a national measure")
        return self


class Session(Body):
    """A meeting, held or only announced. A series is a chain of sessions, each of which follows on the one before."""

    kind: Literal["session"] = "session"
    summary: Said
    type: SessionKind
    state: SessionState
    date: DateSaid | None = None
    time: Hours | None = None
    place: PlaceId | None = None
    topics: tuple[TopicId, ...] = Field(min_length=1)
    agreements: tuple[AgreementId, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()
    follows: SessionId | None = None
    agenda: tuple[Point, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    relations: tuple[Relation, ...] = ()


class Update(Part):
    """A dated report on an agreement, action or session: status, text or both, and on whose word."""

    kind: Literal["update"] = "update"
    about: Pointer
    as_of: DateSaid
    sides: tuple[Side, ...] = ()
    third: OrganisationId | None = None
    status: Status | None = None
    text: Said | None = None
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Update":
        if self.status is None and self.text is None:
            raise ValueError("an update gives a status, a text or both")
        if self.status is Status.UNKNOWN:
            raise ValueError("'no follow-up known' is the absence of updates, not an update")
        if bool(self.sides) == (self.third is not None):
            raise ValueError("an update is the word of one side, of both sides, or of a third body")
        return self


class Designation(Part):
    """Which body leads on one side, as that side says: pages show it beside the record, whose text it leaves alone."""

    kind: Literal["designation"] = "designation"
    about: Pointer
    side: Side
    organisation: OrganisationId
    designated_on: DateSaid


class Move(Part):
    """That an agreed date was moved: by whom it was asked, why, and since when it holds.

    The record's own text keeps the date that was first agreed. `side`: whose national measure it is about.
    """

    kind: Literal["move"] = "move"
    about: Pointer
    side: Side | None = None
    old: DateSaid | None = None
    new: DateSaid
    reason: Said
    asked_by: Side
    agreed_on: DateSaid


class Structure(Body):
    """A standing thing that agreements set up or use."""

    kind: Literal["structure"] = "structure"
    type: StructureKind
    summary: Said
    topics: tuple[TopicId, ...] = Field(min_length=1)
    agreements: tuple[AgreementId, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()
    side: Belonging | None = None
    url: str | None = None
    relations: tuple[Relation, ...] = ()


class Request(Body):
    """A motion, undertaking, question or resolution of a parliament."""

    kind: Literal["request"] = "request"
    type: RequestKind
    summary: Said
    number: str | None = None
    chamber: OrganisationId | None = None
    member: str | None = None
    government_says: Said | None = None
    chamber_decided: Said | None = None
    topics: tuple[TopicId, ...] = Field(min_length=1)
    agreements: tuple[AgreementId, ...] = ()
    actions: tuple[ActionId, ...] = ()
    relations: tuple[Relation, ...] = ()


class Term(Body):
    """A word of the register, with Flemish usage where it differs and words that mean the same."""

    kind: Literal["term"] = "term"
    definition: Said
    flemish: str | None = None
    synonyms: dict[str, tuple[str, ...]] = Field(default_factory=dict)


BODIES: dict[str, type[Part]] = {
    "topic": Topic,
    "place": Place,
    "organisation": Organisation,
    "source": Source,
    "agreement": Agreement,
    "action": Action,
    "session": Session,
    "update": Update,
    "designation": Designation,
    "move": Move,
    "structure": Structure,
    "request": Request,
    "term": Term,
}
