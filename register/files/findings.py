"""What checking a file gives: the cleaned file, or all that was found in it."""

from collections.abc import Iterable
from typing import NamedTuple

from register.words.files import FileType, Removed

# Found in a file that is refused; the words for each stand in `publishing.evidence`.
KINDS = frozenset(
    {
        "empty", "large", "type", "broken", "heavy", "encrypted", "signed", "script", "action", "attached", "media",
        "layers",
        "comments", "comments-pages", "changes", "hidden-text", "sheets", "slides", "speaker", "outside", "unknown",
        "doctype", "formula",
    }
)  # fmt: skip
MOST_PLACES = 12


class Finding(NamedTuple):
    """One thing that is not to become public: what, how often, and where (pages, sheets or parts of the file)."""

    kind: str
    times: int = 1
    where: tuple[str, ...] = ()


class Cleaned(NamedTuple):
    """A file as it may become public: its type, its bytes, and what was taken out of it."""

    type: FileType
    data: bytes
    removed: tuple[Removed, ...] = ()


class Unclean(Exception):
    """A file is refused; `findings` says everything that was found."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.kind for finding in findings))
        self.findings = findings


class Notes:
    """Takes notes while a file is read."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._removed: set[Removed] = set()

    def found(self, kind: str, where: str = "", count: int = 1) -> None:
        """Something that must not be in it, `count` times at one place."""
        if kind not in KINDS:
            raise ValueError(f"not a kind: {kind}")
        self._found.setdefault(kind, []).extend([where] * count)

    def removed(self, *what: Removed) -> None:
        """Something that is taken out."""
        self._removed.update(what)

    def cleaned(self, kind: FileType, data: bytes) -> Cleaned:
        """The outcome. Raises Unclean when anything was found."""
        if self._found:
            raise Unclean(
                *(Finding(name, len(places), _places(places)) for name, places in sorted(self._found.items()))
            )
        return Cleaned(kind, data, tuple(word for word in Removed if word in self._removed))


def _places(places: Iterable[str]) -> tuple[str, ...]:
    distinct = [place for place in dict.fromkeys(places) if place]
    return (*distinct[:MOST_PLACES], *(["…"] if len(distinct) > MOST_PLACES else []))
