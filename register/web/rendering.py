"""Rendering: one Jinja environment for each language, with labels, paths and dates at hand."""

import hashlib
import re
from collections.abc import Mapping, MutableMapping
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from flask import request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from register import i18n
from register.config import ROOT
from register.web.folding import FoldingGenerator, written
from register.web.pieces import Pieces

STATIC = ROOT / "static"
_HTML_DATE = re.compile(r"\d{4}(?:-(?:0\d|1[0-2])(?:-\d{2})?)?")


class Here(NamedTuple):
    """Where the reader is: language, room, the same place in each language, how far the register has come, the day.

    Two pages with the same `mark` are made of the same register on the same day; empty where that is not known.
    """

    language: str
    room: str
    alternates: dict[str, str]
    canonical: str
    revision: int
    day: str
    mark: str = ""


class _Environment(Environment):
    """One map of globals for all templates, so that no import has to compare two."""

    code_generator_class = FoldingGenerator
    written = staticmethod(written)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


@cache
def environment(language: str) -> Environment:
    """The template environment of `language`. A variable that nobody gave is an error, never an empty place."""
    found = _Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    found.globals.update(
        language=language,
        catalogue=i18n.translations(language),
        languages=i18n.NAMES,
        piece=Pieces().kept,
        at={},  # the parameters of another day than now, where a page was asked for one
        label=i18n.labels(language),
        path=partial(i18n.path, language),
        feed=partial(i18n.feed, language),
        calendar=partial(i18n.calendar, language),
        download=partial(i18n.download, language),
        followable=i18n.FOLLOWED,
        asset=asset,
        date_said=date_said,
        for_machines=for_machines,
        long_date=partial(i18n.long_date, language),
        moment=partial(i18n.moment, language),
        number=partial(i18n.number, language),
    )
    marks: Any = found.get_template("components/marks.html").module
    named = i18n.labels(language)
    found.globals["drawn"] = {
        "status": {value: marks.status(value) for value in named["Status"]},
        "state": {value: marks.state(value) for value in named["SessionState"]},
    }
    return found


def date_said(date: Mapping[str, Any]) -> Markup:
    """A date in the words of its source, for machines too where they can read it."""
    return _date_said(date["edtf"], date["words"])


@lru_cache(maxsize=8192)
def _date_said(edtf: str, words: str) -> Markup:
    return Markup('<time datetime="%s">%s</time>') % (edtf, words) if for_machines(edtf) else escape(words)


def for_machines(edtf: str) -> bool:
    """Whether an EDTF string is a date of HTML too: a day, a month or a year; no season, nothing approximate."""
    return bool(_HTML_DATE.fullmatch(edtf))


def render(template: str, language: str, **context: Any) -> str:
    """The text of `template` in `language`."""
    return environment(language).get_template(template).render(context)


@cache
def asset(name: str) -> str:
    """The address of a static file, with a mark that changes with its content, so that it can be kept for ever."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


@cache
def build() -> str:
    """A mark that changes with the code of the pages: templates, catalogues and static files."""
    marks = hashlib.sha256()
    for folder, pattern in (("templates", "*.*"), ("translations", "*.mo"), ("static", "*.*"), ("register", "*.py")):
        for file in sorted((ROOT / folder).rglob(pattern)):
            marks.update(f"{file.relative_to(ROOT)}:{file.stat().st_size}:{file.stat().st_mtime_ns}\n".encode())
    return marks.hexdigest()[:12]


def wants_fragment() -> bool:
    """Whether htmx asks for the part that changes rather than for the page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def reader_language() -> str:
    """The language of the address (`/nl/…`, `/feeds/nl/…`), else the one the browser asks for, else Dutch."""
    for part in request.path.split("/")[1:3]:
        language = part.partition(".")[0]
        if language in i18n.LANGUAGES:
            return language
    return request.accept_languages.best_match(i18n.LANGUAGES) or i18n.LANGUAGES[0]
