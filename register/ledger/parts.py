"""What documents are made of: marks on fields, dates, citations, leads, relations, and the walk over them.

Fields typed `Said` are words that a translation replaces; fields typed with `Ref` name another record of a fixed kind.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from register.words.dates import DateReading, read_edtf
from register.words.vocabulary import LeadBasis, OutcomeKind, RelationKind, Side


class Translatable:
    """Marks a field whose text a translation replaces."""


class Ref(NamedTuple):
    """Marks a field that holds the id of a record of `kind`."""

    kind: str


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Translatable]
TopicId = Annotated[Id, Ref("topic")]
OrganisationId = Annotated[Id, Ref("organisation")]
SourceId = Annotated[Id, Ref("source")]
AgreementId = Annotated[Id, Ref("agreement")]
ActionId = Annotated[Id, Ref("action")]
SessionId = Annotated[Id, Ref("session")]
PlaceId = Annotated[Id, Ref("place")]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:[01]\d|2[0-3]):[0-5]\d$")]
Lines = Annotated[str, StringConstraints(pattern=r"^\d+(?:-\d+)?$")]
Kind = Literal[
    "topic",
    "place",
    "organisation",
    "source",
    "agreement",
    "action",
    "session",
    "update",
    "designation",
    "move",
    "structure",
    "request",
    "term",
]


class Part(BaseModel):
    """Common ground of all parts of a document: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DateSaid(Part):
    """A date in the words of the source, with its reading as EDTF (ISO 8601-2)."""

    edtf: str
    words: Said

    @model_validator(mode="after")
    def _readable(self) -> "DateSaid":
        read_edtf(self.edtf)
        return self

    @property
    def reading(self) -> DateReading:
        """First and last day, and the precision, that the EDTF string stands for."""
        return read_edtf(self.edtf)


class Citation(Part):
    """A passage: by section, page where the text shows one, and paragraph; physical lines for checking."""

    source: SourceId
    section: str | None = None
    page: int | None = None
    paragraph: int | None = None
    lines: Lines | None = None


class Evidence(Part):
    """What shows that something was done: a page on the web, or a file by its SHA-256."""

    title: Said
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _one(self) -> "Evidence":
        if (self.url is None) == (self.sha256 is None):
            raise ValueError("evidence is a page or a file")
        return self


class Lead(Part):
    """The body that leads on one side, and why it is shown as such."""

    side: Side
    organisation: OrganisationId
    basis: LeadBasis
    citation: Citation | None = None
    designated_on: str | None = None

    @model_validator(mode="after")
    def _grounded(self) -> "Lead":
        if self.basis is LeadBasis.NAMED and self.citation is None:
            raise ValueError("a lead body named in the source needs the citation that names it")
        if self.basis is LeadBasis.DESIGNATED and self.designated_on is None:
            raise ValueError("a designated lead body needs the date of its designation")
        return self


class Pointer(Part):
    """Names any record: its kind and its id."""

    kind: Kind
    id: Id


class Relation(Part):
    """How this record stands to another."""

    type: RelationKind
    kind: Kind
    target: Id


class Hours(Part):
    """When a session begins, and perhaps ends, on the clock of `zone` (a name of the IANA time zone database)."""

    begins: Clock
    ends: Clock | None = None
    zone: str = "Europe/Amsterdam"

    @model_validator(mode="after")
    def _somewhere(self) -> "Hours":
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone is called {self.zone!r}") from error
        return self


class Point(Part):
    """A point of an agenda, perhaps about an agreement or an action."""

    text: Said
    agreement: AgreementId | None = None
    action: ActionId | None = None


class Outcome(Part):
    """One thing that a session led to: the agreements it touches, the action it became, whether it is still open."""

    kind: OutcomeKind
    text: Said
    agreements: tuple[AgreementId, ...] = ()
    action: ActionId | None = None
    open: bool = False


class Identifiers(Part):
    """Public identifiers of an organisation, only where they are certain."""

    tooi: str | None = None
    ovo: str | None = None


class Body(Part):
    """What every record has: a title, and the passages that carry it."""

    title: Said
    citations: tuple[Citation, ...] = ()


class Mention(NamedTuple):
    """One record naming another: under which field, and which record."""

    role: str
    kind: str
    id: str


def texts(part: Part) -> dict[str, str]:
    """The translatable texts of `part` by path, such as `title`, `due.words` or `outcomes.0.text`."""
    return {path: value for path, value, marks in _leaves(part, "") if Translatable in marks}


def mentions(part: Part) -> list[Mention]:
    """The records that `part` names, each once for each role, in the order of the fields."""
    found = [
        Mention("citations" if mark.kind == "source" else path.split(".")[0], mark.kind, value)
        for path, value, marks in _leaves(part, "")
        for mark in marks
        if isinstance(mark, Ref)
    ]
    for name, value in part:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Relation):
                found.append(Mention(item.type, item.kind, item.target))
            elif isinstance(item, Pointer):
                found.append(Mention(name, item.kind, item.id))
    return list(dict.fromkeys(found))


def named_kind(field: Any) -> str:
    """The kind of record whose id or ids a field of a document holds; empty where it holds none."""
    return next((mark.kind for mark in _marks(field) if isinstance(mark, Ref)), "")


def _leaves(part: Part, prefix: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    for name, marks in _fields(type(part)):
        value = getattr(part, name)
        items = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for index, item in items:
            path = prefix + name + ("" if index is None else f".{index}")
            if isinstance(item, Part):
                yield from _leaves(item, path + ".")
            elif isinstance(item, str) and marks:
                yield path, item, marks


@cache
def _fields(kind: type[Part]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The fields of a kind of part, each with its marks."""
    return tuple((name, _marks(field)) for name, field in kind.model_fields.items())


def _marks(field: Any) -> tuple[Any, ...]:
    """The `Translatable` and `Ref` marks on a field, also inside `X | None` and `tuple[X, ...]`."""
    found = [mark for mark in field.metadata if mark is Translatable or isinstance(mark, Ref)]
    stack = [field.annotation]
    while stack:
        annotation = stack.pop()
        found += [
            mark for mark in getattr(annotation, "__metadata__", ()) if mark is Translatable or isinstance(mark, Ref)
        ]
        stack += list(getattr(annotation, "__args__", ()))
    return tuple(found)
