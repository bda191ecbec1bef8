"""Brings the catalogues up to date with the code and the templates: `make strings`.

The catalogues hold no line numbers and no dates, so that a diff shows words. A message that is no longer used goes;
a new one comes in with an empty translation. Nothing is guessed from a similar message.

There is no catalogue for English: the messages in the code are the English text. A second place for the same words
would only be a place to forget.
"""

import re
import tomllib
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nl",)
LEFT_OUT = re.compile(rb'"(POT-Creation|PO-Revision|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To)')


def extract() -> Catalog:
    """All messages of the code and the templates, found as `tool.babel` in pyproject.toml says."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in settings["mappings"]]
    options = {mapping["pattern"]: mapping for mapping in settings["mappings"]}
    keywords = parse_keywords(settings["keywords"])
    found = Catalog(project="Schakel", version="1")
    for _file, _line, message, comments, context in extract_from_dir(
        ROOT, methods, options, keywords, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def catalogue_file(language: str) -> Path:
    """Where the catalogue of `language` stands."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def updated(language: str, template: Catalog) -> bytes:
    """The catalogue of `language` as it should stand: the messages of `template`, the translations it has."""
    file = catalogue_file(language)
    if file.exists():
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language)
    else:
        catalogue = Catalog(locale=language, project="Schakel", version="1")
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.header_comment = f"# Schakel: {catalogue.locale.english_name}."
    catalogue.fuzzy = False
    written = BytesIO()
    write_po(written, catalogue, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
    return b"".join(line for line in written.getvalue().splitlines(keepends=True) if not LEFT_OUT.match(line))


def main() -> None:
    """Write every catalogue and say how many translations it misses."""
    template = extract()
    for language in LANGUAGES:
        file = catalogue_file(language)
        content = updated(language, template)
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        messages = [message for message in read_po(BytesIO(content), locale=language) if message.id]
        untranslated = sum(not message.string or not all(message.string) for message in messages)
        print(f"{language}: {len(messages)} messages, {untranslated} without a translation")


if __name__ == "__main__":
    main()
