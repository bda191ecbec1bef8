"""What the seed promises beyond its form: every record cited, in own words, in both languages (seed/README.md)."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

from register.imports import copying, coverage, passages
from register.imports.dating import disagreement
from register.imports.passages import Paragraphs, Texts, span, words
from register.imports.reading import Fault, SeedFaults, SeedRecord, read_seed
from register.ledger.documents import Organisation, Source, Update
from register.ledger.parts import Citation, DateSaid, Lead, Part, texts
from register.words.vocabulary import LeadBasis, Status

P = TypeVar("P", bound=Part)

WIDEST = 15
LONGEST_TITLE = 12
ALIKE = 0.8

# The words that say the same in both languages rightly: what something is called, and how a date was written.
_NAMES = copying.NAMED | {"term", "topic"}
# How far a thing has come. Going back is implausible; what is over stays over, unless the same is said again.
_STAGE = {Status.ANNOUNCED: 0, Status.PLANNED: 1, Status.EXPLORING: 1, Status.ONGOING: 2, Status.PARTLY_COMPLETED: 2}
_OVER = frozenset({Status.COMPLETED, Status.NOT_TAKEN_UP, Status.DISCONTINUED, Status.REPLACED, Status.TAKEN_UP_UNDER})


class Findings(NamedTuple):
    """What a check found: the faults, and the lines of the closing statement that no citation touches."""

    faults: list[Fault]
    untouched: list[coverage.Stretch]


def check(folder: Path, sources: Path | None, today: date) -> Findings:
    """Check the seed in `folder`, and against the texts in `sources` where that folder is given.

    Faults of form are reported alone, since the rules need records that can be read.
    """
    try:
        records = read_seed(folder)
        table = passages.read_paragraphs(folder / "paragraphs.yaml", records)
        held = passages.read_texts(sources, records) if sources else {}
        explained = coverage.read_context(folder / coverage.FILE)
    except SeedFaults as error:
        return Findings(error.faults, [])
    faults = [
        *uncited(records),
        *misplaced(records, table, held),
        *misdated(records, today),
        *unnamed_leads(records, held),
        *titles(records),
        *untranslated(records),
        *copies(records, held),
        *implausible(records),
    ]
    gaps = coverage.untouched(records, held, explained)
    return Findings(faults + coverage.faults(records, held, explained, gaps), gaps)


def uncited(records: Iterable[SeedRecord]) -> Iterator[Fault]:
    """Records without a citation. The register's own words need none, nor do the sources in hand."""
    for record in records:
        in_hand = isinstance(record.body, Source) and record.body.file is not None
        if record.kind != "term" and not in_hand and not getattr(record.body, "citations", ()):
            yield Fault(record.file, record.key, "citations", "is empty: every record is cited")


def misplaced(records: list[SeedRecord], table: Paragraphs, held: Texts) -> Iterator[Fault]:
    """Citations that are too wide, lie outside the text, or name another paragraph than their lines."""
    in_hand = {record.key for record in records if isinstance(record.body, Source) and record.body.file}
    for record in records:
        for path, citation in _parts(record.body, Citation):
            for field, message in _placing(citation, citation.source in in_hand, table, held):
                yield Fault(record.file, record.key, f"{path}.{field}", message)


def _placing(citation: Citation, in_hand: bool, table: Paragraphs, held: Texts) -> Iterator[tuple[str, str]]:
    if citation.lines is None:
        if in_hand:
            yield "lines", "is missing: the text of this source is in hand"
        return
    cited = span(citation.lines)
    if not cited or cited.start < 1:
        yield "lines", f"is no range: {citation.lines}"
        return
    if len(cited) > WIDEST:
        yield "lines", f"is {len(cited)} lines wide, at most {WIDEST}: {citation.lines}"
    text = held.get(citation.source)
    if text is not None and cited[-1] > len(text):
        yield "lines", f"ends beyond the {len(text)} lines of the source: {citation.lines}"
    elif text is not None and not any(text[line - 1].strip() for line in cited):
        yield "lines", f"holds no text: {citation.lines}"
    if citation.source not in table:
        return
    touched = [row for row in table[citation.source] if row.lines.start <= cited[-1] and cited[0] < row.lines.stop]
    if len(touched) > 1:
        yield "lines", f"runs over {len(touched)} paragraphs: {citation.lines}"
    elif not touched and citation.paragraph is not None:
        yield "paragraph", f"is {citation.paragraph}, but no paragraph holds lines {citation.lines}"
    elif touched and (touched[0].section, touched[0].number) != (citation.section, citation.paragraph):
        row = touched[0]
        field = "paragraph" if row.section == citation.section else "section"
        given = f"{citation.section}, {citation.paragraph}"
        yield field, f"says {given}, but lines {citation.lines} are {row.section}, {row.number}"


def misdated(records: Iterable[SeedRecord], today: date) -> Iterator[Fault]:
    """Dates whose EDTF says something else than their words, in either language, and reports from the future."""
    for record in records:
        for path, said in _parts(record.body, DateSaid):
            told = {record.language: said.words}
            told |= {other: texts_[f"{path}.words"] for other, texts_ in record.translations.items()}
            for language, as_said in told.items():
                wrong = disagreement(said.edtf, as_said, language)
                if wrong:
                    yield Fault(record.file, record.key, f"{path}.words.{language}", wrong)
        if isinstance(record.body, Update) and record.body.as_of.reading.last > today:
            yield Fault(record.file, record.key, "as_of", f"lies after today: {record.body.as_of.edtf}")


def unnamed_leads(records: list[SeedRecord], held: Texts) -> Iterator[Fault]:
    """Lead bodies that their own citation does not name."""
    organisations = {record.key: record for record in records if record.kind == "organisation"}
    for record in records:
        for path, lead in _parts(record.body, Lead):
            if lead.basis is not LeadBasis.NAMED or lead.citation is None:
                continue
            text = held.get(lead.citation.source)
            if text is None or lead.citation.lines is None:
                continue
            passage = "\n".join(text[line - 1] for line in span(lead.citation.lines) if 1 <= line <= len(text))
            if not _names(words(passage), organisations[lead.organisation]):
                yield Fault(record.file, record.key, path, f"is not named in the lines it cites: {lead.organisation}")


def _names(passage: list[str], organisation: SeedRecord) -> bool:
    """Whether `passage` holds the abbreviation, or every word of a title that is longer than three letters."""
    body = organisation.body
    if isinstance(body, Organisation) and body.abbreviation and set(words(body.abbreviation)) <= set(passage):
        return True
    said = [getattr(body, "title", ""), *(told.get("title", "") for told in organisation.translations.values())]
    return any((long := {word for word in words(title) if len(word) > 3}) and long <= set(passage) for title in said)


def titles(records: list[SeedRecord]) -> Iterator[Fault]:
    """Titles that are too long (a word counts from two letters or digits on), and titles that are nearly the same."""
    by_kind: dict[tuple[str, str], list[tuple[SeedRecord, frozenset[str]]]] = {}
    for record in records:
        for language, told in _told(record).items():
            title = words(told.get("title", ""))
            length = sum(len(word) > 1 for word in title)
            if length > LONGEST_TITLE:
                yield Fault(
                    record.file, record.key, f"title.{language}", f"has {length} words, at most {LONGEST_TITLE}"
                )
            if title:
                by_kind.setdefault((record.kind, language), []).append((record, frozenset(title)))
    for (_, language), told_titles in by_kind.items():
        for (first, some), (second, others) in combinations(told_titles, 2):
            if len(some & others) >= ALIKE * len(some | others):
                yield Fault(second.file, second.key, f"title.{language}", f"is nearly that of {first.key}")


def untranslated(records: Iterable[SeedRecord]) -> Iterator[Fault]:
    """Texts that are the same in both languages, or empty in one; names and dates may be the same."""
    for record in records:
        authentic = texts(record.body)
        for language, told in record.translations.items():
            for path, text in told.items():
                if not text:
                    yield Fault(record.file, record.key, f"{path}.{language}", "is empty")
                elif text == authentic[path] and not _may_be_the_same(record.kind, path):
                    yield Fault(record.file, record.key, path, "is the same in both languages")


def _may_be_the_same(kind: str, path: str) -> bool:
    return path.endswith(".words") or (kind in _NAMES and path in ("title", "short"))


def copies(records: list[SeedRecord], held: Texts) -> Iterator[Fault]:
    """Sentences copied from a source. The words of a date are the source's on purpose."""
    rows, known = copying.rows(held), copying.names(records)
    for record in records:
        for language, told in _told(record).items():
            for path, text in told.items():
                if not path.endswith(".words"):
                    for run in copying.copied(text, rows, known):
                        yield Fault(record.file, record.key, f"{path}.{language}", f"is copied from a source: {run}")


def implausible(records: Iterable[SeedRecord]) -> Iterator[Fault]:
    """Updates that take a thing back, on the same word: over and then not, ongoing and then only announced."""
    stories: dict[tuple[str, str, str | None], list[tuple[date, SeedRecord, Status]]] = {}
    for record in records:
        body = record.body
        if isinstance(body, Update) and body.status is not None:
            for teller in body.sides or (body.third,):
                told = stories.setdefault((body.about.kind, body.about.id, teller), [])
                told.append((body.as_of.reading.last, record, body.status))
    seen = set()
    for story in stories.values():
        for (day, _, before), (next_day, record, after) in pairwise(sorted(story, key=lambda told: told[0])):
            at_once = day == next_day and before is not after
            if (at_once or not _may_follow(before, after)) and record.key not in seen:
                seen.add(record.key)
                yield Fault(record.file, record.key, "status", f"does not follow on {before}: {after}")


def _may_follow(before: Status, after: Status) -> bool:
    if before is after:
        return True
    if before in _OVER:
        return False
    if Status.STANDING in (before, after):
        return after in (Status.REPLACED, Status.DISCONTINUED)
    return _STAGE.get(before, 0) <= _STAGE.get(after, len(_STAGE))


def _told(record: SeedRecord) -> dict[str, dict[str, str]]:
    """The texts of a record by language and path."""
    return {record.language: texts(record.body), **record.translations}


def _parts(part: Part, wanted: type[P], prefix: str = "") -> Iterator[tuple[str, P]]:
    """Every part of type `wanted` within `part`, with its path."""
    for name, value in part:
        items = (
            [(f"{name}.{at}", item) for at, item in enumerate(value)] if isinstance(value, tuple) else [(name, value)]
        )
        for path, item in items:
            if isinstance(item, wanted):
                yield prefix + path, item
            if isinstance(item, Part):
                yield from _parts(item, wanted, f"{prefix}{path}.")
