"""The catalogues are kept like code: complete, current, and so that a diff shows words."""

import importlib.util
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from register import i18n
from register.config import ROOT
from register.words import vocabulary
from register.words.vocabulary import Word

FILES = sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
NAMES = [file.parent.parent.name for file in FILES]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")

# Words that are the same in both languages.
SAME = {("belonging", "Benelux"), ("session", "seminar"), ("session", "workshop")}

KINDS = [kind for kind in vars(vocabulary).values() if isinstance(kind, type) and issubclass(kind, Word) and list(kind)]


def test_there_is_a_catalogue_of_every_language_but_english() -> None:
    assert {*NAMES, "en"} == set(i18n.LANGUAGES)  # the messages in the code are the English text


@pytest.mark.parametrize("language", NAMES)
def test_a_catalogue_is_as_make_strings_would_write_it(language: str) -> None:
    strings = _program("strings")
    template, kept = strings.extract(), _kept(language)
    found, known = ({(message.context, message.id) for message in each if message.id} for each in (template, kept))
    assert {"missing": found - known, "no longer used": known - found} == {"missing": set(), "no longer used": set()}
    assert strings.catalogue_file(language).read_bytes() == strings.updated(language, template)


@pytest.mark.parametrize("language", NAMES)
def test_a_catalogue_holds_words_only(language: str) -> None:
    text = (ROOT / "translations" / language / "LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    found = re.findall(r"^#:.*|^#~.*|^#,.*fuzzy.*|^.*(?:Creation-Date|Revision-Date|\d{4}-\d{2}-\d{2} ).*", text, re.M)
    assert found == []


def test_every_message_has_a_dutch_text() -> None:
    assert [message.id for message in _messages("nl") if not all(_forms(message.string))] == []
    assert [message.id for message in _messages("nl") if message.fuzzy] == []


@pytest.mark.parametrize("language", NAMES)
def test_translations_keep_the_placeholders_and_the_markup(language: str) -> None:
    for message in _messages(language):
        originals = _forms(message.id)
        for translated in filter(None, _forms(message.string)):
            for pattern in (PLACEHOLDER, TAG):
                wanted = {tuple(sorted(pattern.findall(original))) for original in originals}
                assert tuple(sorted(pattern.findall(translated))) in wanted, (originals, translated)


@pytest.mark.parametrize("language", NAMES)
def test_translations_begin_and_end_as_the_originals_do(language: str) -> None:
    for message in _messages(language):
        original = _forms(message.id)[0]
        for translated in filter(None, _forms(message.string)):
            assert translated.strip() == translated, original
            assert (original[-1] in ".:;…") == (translated[-1] in ".:;…"), (original, translated)


def test_every_plural_has_all_its_forms() -> None:
    for message in _messages("nl"):
        if isinstance(message.id, tuple):
            assert len(_forms(message.string)) == 2, message.id


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_fixed_word_has_a_label_in_both_languages(kind: type[Word]) -> None:
    dutch, english = (i18n.labels(language)[kind.__name__] for language in ("nl", "en"))
    assert set(dutch) == set(english) == {word.value for word in kind}
    for word in kind:
        assert english[word.value] == word.message
        same = dutch[word.value] == english[word.value]
        assert same == ((word.context, word.message) in SAME), f"{word.context}: {dutch[word.value]}"


def test_no_two_words_of_one_question_share_a_label() -> None:
    for language in i18n.LANGUAGES:
        for name, labels in i18n.labels(language).items():
            assert len(set(labels.values())) == len(labels), (language, name)


def _kept(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> Iterator[Message]:
    return (message for message in _kept(language) if message.id)


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _program(name: str) -> ModuleType:
    """A program of `deploy/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
