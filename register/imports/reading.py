"""Reading the seed: YAML files to validated records, with every fault named by file, record and field."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from register.ledger.documents import BODIES
from register.ledger.parts import Part, mentions, texts

LANGUAGES = ("nl", "en")
FILES = {
    "topics.yaml": "topic",
    "places.yaml": "place",
    "organisations.yaml": "organisation",
    "sources.yaml": "source",
    "agreements.yaml": "agreement",
    "structures.yaml": "structure",
    "actions.yaml": "action",
    "sessions.yaml": "session",
    "requests.yaml": "request",
    "updates.yaml": "update",
    "terms.yaml": "term",
}


class Fault(NamedTuple):
    """One thing wrong in the seed, and where."""

    file: str
    record: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.record}: {self.field}: {self.message}"


class SeedRecord(NamedTuple):
    """A record of the seed: its body in the authentic language, and its texts in the other ones."""

    file: str
    kind: str
    key: str
    language: str
    body: Part
    translations: dict[str, dict[str, str]]


class SeedFaults(Exception):
    """The seed cannot be loaded; `.faults` holds all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the seed")
        self.faults = faults


def read_seed(folder: Path) -> list[SeedRecord]:
    """All records of the seed in `folder`, in the order of `FILES` and, within a file, of the file.

    Raises SeedFaults with every fault: unreadable YAML, unknown fields, missing languages, unresolved references.
    """
    faults: list[Fault] = []
    raw: list[tuple[str, str, dict[str, Any]]] = []
    for name, kind in FILES.items():
        path = folder / name
        if path.exists():
            raw += [(name, kind, entry) for entry in _entries(path, faults)]
    by_file = {entry["file"]: str(entry.get("key")) for _, kind, entry in raw if kind == "source" and "file" in entry}
    records: list[SeedRecord] = []
    for name, kind, entry in raw:
        record = _record(name, kind, entry, by_file, faults)
        if record:
            records.append(record)
    faults += _cross_checks(records)
    if faults:
        raise SeedFaults(faults)
    return records


def _entries(path: Path, faults: list[Fault]) -> list[dict[str, Any]]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(Fault(path.name, "-", "-", f"cannot be read: {' '.join(str(error).split())}"))
        return []
    if loaded is None:
        return []
    if not isinstance(loaded, list) or not all(isinstance(entry, dict) for entry in loaded):
        faults.append(Fault(path.name, "-", "-", "must be a list of records"))
        return []
    return loaded


def _record(
    file: str, kind: str, entry: dict[str, Any], by_file: dict[str, str], faults: list[Fault]
) -> SeedRecord | None:
    entry = dict(entry)
    key, language = str(entry.pop("key", "")), str(entry.pop("language", LANGUAGES[0]))
    if not key:
        faults.append(Fault(file, "-", "key", "is missing"))
        return None
    others: dict[str, dict[str, str]] = {other: {} for other in LANGUAGES if other != language}
    try:
        body = BODIES[kind].model_validate(_untangle(entry, "", language, others, by_file))
    except ValidationError as error:
        faults += [Fault(file, key, ".".join(map(str, e["loc"])) or "record", e["msg"]) for e in error.errors()]
        return None
    paths = texts(body)
    for other, words in others.items():
        faults += [Fault(file, key, path, f"has no text in {other}") for path in paths if path not in words]
        faults += [Fault(file, key, path, "is not a translated field") for path in words if path not in paths]
    return SeedRecord(file, kind, key, language, body, others)


def _untangle(value: Any, path: str, language: str, others: dict[str, dict[str, str]], by_file: dict[str, str]) -> Any:
    """Take the translations out of `value`: `{nl: …, en: …}` leaves the authentic text behind."""
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES) and all(isinstance(item, str) for item in value.values()):
            for other, words in others.items():
                if other in value:
                    words[path] = value[other].strip()
            return value.get(language)
        inner = {
            name: _untangle(item, f"{path}.{name}".lstrip("."), language, others, by_file)
            for name, item in value.items()
        }
        if "source" in inner:
            inner["source"] = by_file.get(inner["source"], inner["source"])
        return inner
    if isinstance(value, list):
        return [_untangle(item, f"{path}.{index}", language, others, by_file) for index, item in enumerate(value)]
    return value


def _cross_checks(records: list[SeedRecord]) -> list[Fault]:
    faults, seen = [], set()
    for record in records:
        if (record.kind, record.key) in seen:
            faults.append(Fault(record.file, record.key, "key", "is used twice"))
        seen.add((record.kind, record.key))
    for record in records:
        faults += [
            Fault(record.file, record.key, mention.role, f"names no known {mention.kind}: {mention.id}")
            for mention in mentions(record.body)
            if (mention.kind, mention.id) not in seen
        ]
    return faults
