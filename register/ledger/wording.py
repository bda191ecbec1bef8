"""The words in the other languages: which translation is shown of each published text, and how it stands.

A translation comes with a version or, later, as an entry of its own. Words of a text that a new version leaves as it
was carry on; of a text that changed they do not, so that nobody reads a translation of what does not stand any more.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from register.ledger import clocks, written
from register.ledger.canonical import canonical
from register.ledger.documents import BODIES
from register.ledger.parts import Part, texts
from register.ledger.tables import publication, wording
from register.words.vocabulary import Standing

LANGUAGES = ("nl", "en")
_PLACE = re.compile(r"\d+")


class Words(NamedTuple):
    """The words of a text in one language: how the translation stands, its texts by path, and the paths without."""

    standing: Standing
    texts: dict[str, str]
    left: tuple[str, ...]

    @property
    def shown(self) -> Standing:
        """How what a reader gets is to be called."""
        if not self.texts:
            return Standing.MISSING
        return Standing.OUTDATED if self.left else self.standing


def now(language: str, seq: int | None = None) -> ColumnElement[Any]:
    """Beside a row of `publication`: its words in `language`, now or at a position, where it did not come with them."""
    held = select(wording.c.words).where(
        wording.c.seq == publication.c.seq, wording.c.language == language, clocks.public(wording, seq)
    )
    return held.scalar_subquery().label("words")


def other() -> ColumnElement[Any]:
    """Beside a row of `publication`, as `now`: in the language that it is not in, for whoever learns that from it."""
    return func.coalesce(*(now(language) for language in LANGUAGES)).label("words")


def told(row: Any, own: str) -> dict[str, dict[str, str]]:
    """The texts by path that are read now in each other language than the row's `own`, with `other` beside it."""
    found = {language: of(row, language).texts for language in LANGUAGES if language != own}
    return {language: said for language, said in found.items() if said}


def of(row: Any, language: str) -> Words:
    """The words of a row of `publication` in `language`, with `now` beside it; without, those that it came with."""
    held = getattr(row, "words", None)
    if held:
        told = json.loads(held)
        return Words(Standing(told["standing"]), told["texts"], tuple(told["left"]))
    given = json.loads(row.translations).get(language)
    return Words(Standing(given["standing"]), given["texts"], ()) if given else Words(Standing.MISSING, {}, ())


def close(connection: Connection, row: Mapping[str, Any]) -> None:
    """A new version takes the place of the current one, whose words are kept with it."""
    if row["version"] > 1:
        current = {"kind": row["kind"], "record": row["record"], "gone_from": None}
        written.change(connection, wording, current, gone_from=row["seq"])


def begin(connection: Connection, row: Mapping[str, Any], core: Mapping[str, Any], part: Part) -> dict[str, Words]:
    """The words of a new version in each other language: those it came with, and those that carry on."""
    given, own, found = json.loads(row["translations"]), texts(part), {}
    for language in LANGUAGES:
        if language == core["language"]:
            continue
        came = given.get(language)
        before, kept = _carried(connection, row, core["language"], language, own)
        said = kept | (came["texts"] if came else {})
        standing = before if not came or said == kept else Standing(came["standing"])
        words = Words(standing, said, tuple(path for path in own if path not in said))
        as_it_came = came is not None and came["texts"] == said and came["standing"] == standing and not words.left
        _keep(connection, row, row["seq"], language, words, None if as_it_came or not said else words)
        found[language] = words
    return found


def replace(connection: Connection, row: Mapping[str, Any]) -> tuple[Any, Part, dict[str, Words]] | None:
    """A translation is published as an entry of its own: it is what is shown from here on.

    Gives the entry it belongs to, the text of that, and its words in each other language; None when that text was
    redacted, or is no current version, so that nothing else is to be changed.
    """
    target = json.loads(row["header"])["target"]
    about = connection.execute(select(publication).where(publication.c.seq == target)).one()
    if about.document is None or row["translations"] is None:
        return None
    core = json.loads(about.document)
    part = BODIES[about.kind].model_validate(core["body"])
    own = texts(part)
    gone = None
    for language, told in json.loads(row["translations"]).items():
        here = (wording.c.seq == target) & (wording.c.language == language) & wording.c.pub_to.is_(None)
        gone = connection.scalar(select(wording.c.gone_from).where(here))
        connection.execute(update(wording).where(here).values(pub_to=row["seq"]))
        left = tuple(path for path in own if path not in told["texts"])
        words = Words(Standing(told["standing"]), told["texts"], left)
        _keep(connection, dict(about._mapping), row["seq"], language, words, words, gone)
    if gone is not None:
        return None
    others = [language for language in LANGUAGES if language != core["language"]]
    read = {
        language: connection.execute(select(publication, now(language)).where(publication.c.seq == target)).one()
        for language in others
    }
    return about, part, {language: of(read[language], language) for language in others}


def _keep(
    connection: Connection,
    about: Mapping[str, Any],
    seq: int,
    language: str,
    words: Words,
    held: Words | None,
    gone: int | None = None,
) -> None:
    written.add(
        connection,
        wording,
        {
            "seq": about["seq"],
            "language": language,
            "pub_from": seq,
            "pub_to": None,
            "gone_from": gone,
            "kind": about["kind"],
            "record": about["record"],
            "standing": words.shown,
            "words": canonical(held._asdict()) if held else None,
        },
    )


def _carried(
    connection: Connection, row: Mapping[str, Any], spoken: str, language: str, own: Mapping[str, str]
) -> tuple[Standing, dict[str, str]]:
    """What carries on of the version before: its standing, and its words for each text that stands as it stood."""
    if row["version"] == 1:
        return Standing.MISSING, {}
    last = connection.execute(
        select(publication, wording.c.words)
        .join(wording, wording.c.seq == publication.c.seq)
        .where(
            wording.c.kind == row["kind"],
            wording.c.record == row["record"],
            wording.c.gone_from == row["seq"],
            wording.c.language == language,
            wording.c.pub_to.is_(None),
        )
    ).first()
    if last is None or last.document is None:
        return Standing.MISSING, {}
    core = json.loads(last.document)
    if core["language"] != spoken:
        return Standing.MISSING, {}
    words = of(last, language)
    stood = texts(BODIES[last.kind].model_validate(core["body"]))
    moved = {(_PLACE.sub("*", path), text): words.texts[path] for path, text in stood.items() if path in words.texts}
    kept = {}
    for path, text in own.items():
        if stood.get(path) == text and path in words.texts:
            kept[path] = words.texts[path]
        elif (_PLACE.sub("*", path), text) in moved:  # one of a list, at another place of it
            kept[path] = moved[_PLACE.sub("*", path), text]
    return words.standing, kept
