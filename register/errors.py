"""Domain errors. One place (`web.errors`) turns them into answers; nothing here knows the web."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType


class SchakelError(Exception):
    """Base of all errors that the register raises on purpose."""


class SettingError(SchakelError):
    """A setting does not fit. `name` is the environment variable."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name} {message}")
        self.name = name


class BadParameter(SchakelError):
    """A request parameter cannot be understood. `reason` is one of REASONS; `allowed` lists what would be.

    `nearest` is a value that would be understood, where somebody may have meant it: empty for none. `said` has the
    words of what is allowed in the reader's language, as far as they are known; `called` is what the page calls the
    parameter (a message), where it is not what others call it.
    """

    REASONS = frozenset(
        {"unknown", "value", "long", "encoding", "key", "repeated", "field", "exclusive", "day", "future", "order"}
        | {"quote", "hollow", "star", "without"}  # words to look for
    )

    def __init__(
        self,
        name: str,
        value: str,
        reason: str,
        allowed: tuple[str, ...] = (),
        nearest: str = "",
        said: Mapping[str, str] = MappingProxyType({}),
        called: str = "",
    ) -> None:
        if reason not in self.REASONS:
            raise ValueError(f"not a reason: {reason}")
        super().__init__(f"{name}: {reason}")
        self.name, self.value, self.reason, self.allowed, self.nearest = name, value, reason, allowed, nearest
        self.said, self.called = said, called


class NotPublished(SchakelError):
    """No published record has this reference. `kind` is the document kind asked for.

    For one that was not there on another day: the clock that was asked for (`as_of` or `published_on`), that day, the
    day since when it is there (ISO), and its title, for what is there now. `near` holds address
    and words of what comes near.
    """

    def __init__(
        self, kind: str, reference: str, clock: str = "", day: str = "", since: str = "", title: str = ""
    ) -> None:
        super().__init__(f"{kind} {reference}")
        self.kind, self.reference, self.title = kind, reference, title
        self.clock, self.day, self.since = clock, day, since
        self.near: tuple[tuple[str, str], ...] = ()


class NoSuchVersion(NotPublished):
    """A record that is published never had this `version`; `last` is the one that it has now."""

    def __init__(self, kind: str, reference: str, version: int, last: int) -> None:
        super().__init__(kind, reference)
        self.version, self.last = version, last


class OutOfView(NotPublished):
    """What was published under this reference was taken back: `seq` is its entry, `version` its version."""

    def __init__(self, kind: str, reference: str, record: str, version: int, seq: int) -> None:
        super().__init__(kind, reference)
        self.record, self.version, self.seq = record, version, seq


class NotHere(SchakelError):
    """There is no such thing, or not for the one who asks: the answer is the same."""


class Refused(SchakelError):
    """A rule of the register forbids what was asked; the message says which."""


class LedgerBroken(SchakelError):
    """The ledger contradicts itself; the message says where."""


class MailFailed(SchakelError):
    """A message could not be handed to the mail server; the message says why, without the address."""


class UnknownField(SchakelError):
    """A form came with a field that it does not have. `name` is that field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class FieldError(SchakelError):
    """A rule refuses what was typed in `field`; empty: the form as a whole.

    `message` is for the reader, marked and not yet translated; `values` fill its places.
    """

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message, self.values = field, message, values


class Throttled(SchakelError):
    """Tried too often. `until` is the moment from which it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class NoSuchAddress(SchakelError):
    """A feed, a calendar or a download has an address that is not understood, or there is nothing at it.

    `status` is 400 or 404; `part` is one of PARTS: what is wrong; `value` is what stands there; `nearest` holds
    address and title of what is understood and comes near.
    """

    PARTS = frozenset({"language", "kind", "reference", "form", "download"})

    def __init__(self, status: int, part: str, value: str, nearest: tuple[tuple[str, str], ...]) -> None:
        if part not in self.PARTS:
            raise ValueError(f"not a part: {part}")
        super().__init__(f"{part}: {value}")
        self.status, self.part, self.value, self.nearest = status, part, value, nearest


class NotOffered(SchakelError):
    """A record has no form that was asked for. `offered` holds the type and address of each that it has."""

    def __init__(self, offered: tuple[tuple[str, str], ...]) -> None:
        super().__init__(", ".join(form for form, _ in offered))
        self.offered = offered
