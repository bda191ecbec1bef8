"""The base of forms: what is typed is cleaned, bounded, checked and given back; what nobody typed is refused."""

import unicodedata
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from register import i18n
from register.errors import FieldError, UnknownField
from register.web import errors, forms
from register.web.rendering import environment
from tests.page_checks import parse, words

COLOURS = (("red", "Red"), ("blue", "Blue"))


class Sample(forms.Form):
    """One field of every kind; one is called `language`, as that of an invitation is."""

    name = forms.line("")
    more = forms.text("", required=False)
    email = forms.address("")
    password = forms.secret("", autocomplete="new-password")
    code = forms.code("", required=False)
    language = forms.choice("", COLOURS, radio=True)
    colour = forms.choice("", (("", "None"), *COLOURS), required=False)
    colours = forms.choices("", COLOURS)
    begins = forms.day("")
    ends = forms.day("", required=False)
    version = forms.hidden()


RIGHT = {
    "name": "Janneke",
    "email": "janneke@waterschap.example",
    "password": " e\u0301 ",
    "language": "red",
    "begins": "2026-11-24",
    "version": "7",
}
# Field, what is typed, and how what is said of it begins.
WRONG = {
    "nothing": ("name", "", "Fill in"),
    "spaces": ("name", " \t\u00a0", "Fill in"),
    "too long": ("name", "x" * 201, "This is too long: 201 signs, where 200 fit"),
    "too long a text": ("more", "x" * 10_001, "This is too long: 10001 signs"),
    "two lines": ("name", "a\nb", "This holds a sign"),
    "a carriage return": ("name", "a\rb", "This holds a sign"),
    "a separator of lines": ("name", "a\u2028b", "This holds a sign"),
    "a zero": ("name", "a\0b", "This holds a sign"),
    "a zero in a text": ("more", "a\0b", "This holds a sign"),
    "a zero that is hidden": ("version", "7\0", "This holds a sign"),
    "half a sign": ("name", "a\ud800", "This holds a sign"),
    "text that turns": ("name", "a\u202eb", "This holds a sign"),
    "no address": ("email", "janneke", "This is not an e-mail address"),
    "two addresses": ("email", "a@b.example,c@d.example", "This is not an e-mail address"),
    "an address with a name": ("email", "Jan <jan@b.example>", "This is not an e-mail address"),
    "an address without a host": ("email", "jan@", "This is not an e-mail address"),
    "an address of a machine": ("email", "jan@localhost", "This is not an e-mail address"),
    "a header": ("email", "a@b.example\r\nBcc: c@d.example", "This "),
    "no password": ("password", "", "Fill in"),
    "too long a password": ("password", "x" * 1001, "This is too long"),
    "not offered": ("language", "green", "Choose one"),
    "nothing chosen": ("language", "", "Fill in"),
    "not offered, though it may stay empty": ("colour", "green", "Choose one"),
    "a space for nothing": ("colour", " ", "Choose one"),
    "one of several not offered": ("colours", "green", "Choose one"),
    "no day": ("begins", "31 januari", "This is not a day"),
    "a day that is none": ("begins", "2026-02-30", "This is not a day"),
    "a day of a week": ("begins", "2026-W05-6", "This is not a day"),
    "a day in other figures": ("begins", "２０２６-11-24", "This is not a day"),
    "a day long ago": ("begins", "1066-10-14", "This is not a day"),
    "a wrong day that may stay empty": ("ends", "soon", "This is not a day"),
}


def posted(**changes: str | list[str]) -> Sample:
    """The form as it is sent, right but for `changes`."""
    return Sample("en", MultiDict({**RIGHT, **changes}))


def test_what_is_right_is_right() -> None:
    form = posted(
        colours=["red", "blue"], more="Eén\r\ntwee\t€", ends="2027-01-31", email=" Janneke@WATERSCHAP.example "
    )
    assert form.ok(), form.faults
    assert (form.name.data, form.language.data, form.colour.data) == ("Janneke", "red", "")
    assert (form.colours.data, form.more.data) == (["red", "blue"], "Eén\ntwee\t€")
    assert (form.begins.data, form.ends.data) == ("2026-11-24", "2027-01-31")
    assert form.email.data == "janneke@waterschap.example"
    assert form.faults == []


@pytest.mark.parametrize(("field", "typed", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_at_its_field(field: str, typed: str, told: str) -> None:
    form = posted(**{field: typed})
    assert not form.ok()
    assert [target.removesuffix("-0") for target, _ in form.faults] == [field]
    assert form.faults[0][1].startswith(told)


def test_what_was_not_posted_is_empty_and_not_as_it_was() -> None:
    sent = {name: value for name, value in RIGHT.items() if name not in ("name", "version")}
    form = Sample("en", MultiDict(sent), name="As it was", version="8", colours=["red"], more="As it was")
    assert not form.ok()
    assert (form.name.data, form.version.data, form.more.data, form.colours.data) == ("", "", "", [])


def test_text_is_normalised_and_a_password_is_not() -> None:
    form = posted(name="e\u0301", more="  e\u0301\r\n\r", version=" e\u0301")
    assert (form.name.data, form.more.data, form.version.data) == ("é", "é", "é")
    assert form.password.data == " e\u0301 "  # those who set and verify it normalise it, both alike


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_passes_can_be_stored_and_shown(line: str, text: str) -> None:
    form = posted(name=line, more=text)
    if form.ok():
        assert unicodedata.is_normalized("NFC", form.name.data)
        assert form.name.data.isprintable() or any(
            unicodedata.category(sign) in ("Cf", "Zs") for sign in form.name.data
        )
        assert not {"\0", "\r", "\n"} & set(form.name.data)
        assert not {"\0", "\r"} & set(form.more.data)
        (form.name.data + form.more.data).encode()


@pytest.mark.parametrize(
    "field", ["side", "password_hash", "name ", "Name", "", "validate", "errors", "_fields", "meta"]
)
def test_a_field_that_the_form_does_not_have_is_refused(field: str) -> None:
    with pytest.raises(UnknownField) as found:
        posted(**{field: "vl"})
    assert found.value.name == field


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_unknown_field_is_answered_with_a_page(language: str) -> None:
    app = Flask(__name__)
    errors.init(app)
    app.add_url_rule(f"/{language}/form", view_func=lambda: str(Sample(language, request.form)), methods=["POST"])
    answer = app.test_client().post(f"/{language}/form", data={**RIGHT, "<b>side\0": "vl"})
    assert answer.status_code == 400
    assert f'<html lang="{language}">' in answer.text
    assert "“&lt;b&gt;side\ufffd”" in answer.text


def test_what_the_house_adds_itself_is_known() -> None:
    assert posted(csrf="mark", next="/en/work").ok()


def test_a_form_that_is_not_sent_shows_what_there_is() -> None:
    form = Sample("en", None, None, name="As it is", colours=["blue"], version=7)
    assert (form.name.data, form.colours.data, form.version.data) == ("As it is", ["blue"], "7")
    assert (form.more.data, form.colour.data, form.language.data, Sample("en").colours.data) == ("", "", "", [])
    assert form.faults == []


def test_what_was_kept_comes_back_and_what_is_unknown_by_now_does_not() -> None:
    kept = {"name": ["Kept"], "colours": ["red", "blue"], "version": ["6"], "gone": ["x"], "_reader": ["x"]}
    form = Sample("en", None, kept, name="As it is", colours=[], version="7", email="as@it.example")
    assert (form.name.data, form.colours.data, form.version.data) == ("Kept", ["red", "blue"], "6")
    assert form.email.data == "as@it.example"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catalogues in which every message begins with its language."""

    class Marked(NullTranslations):
        def __init__(self, language: str) -> None:
            super().__init__()
            self.language = language

        def gettext(self, message: str) -> str:
            return f"{self.language}: {message}"

    monkeypatch.setattr(i18n, "translations", Marked)


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(("field", "typed", "told"), WRONG.values(), ids=WRONG)
def test_every_message_is_in_the_readers_language(language: str, field: str, typed: str, told: str) -> None:
    form = Sample(language, MultiDict({**RIGHT, field: typed}))
    assert not form.ok()
    assert form.faults[0][1].startswith(f"{language}: {told.partition(':')[0]}")


@pytest.mark.usefixtures("marked")
def test_what_a_rule_says_is_pinned_to_its_field() -> None:
    form = Sample("nl", MultiDict(RIGHT))
    assert form.ok()
    form.fail(FieldError("email", "This address is already used."))
    form.fail(FieldError("language", "Only %(most)s of them.", most=2))
    form.fail(FieldError("", "Somebody else was first: 100% sure."))
    assert form.faults == [
        ("", "nl: Somebody else was first: 100% sure."),
        ("email", "nl: This address is already used."),
        ("language-0", "nl: Only 2 of them."),
    ]


PAGE = """{% import "components/forms.html" as f with context %}
{{ f.opening("mark", "/en/form", next="/en/work") }}{{ f.summary(form) }}
{{ f.field(form.name, "Name", "As in your passport") }}{{ f.field(form.more, "More") }}
{{ f.field(form.email, "E-mail") }}{{ f.field(form.password, "Password") }}
{{ f.field(form.code, "Code") }}{{ f.boxes(form.language, "Language", "One") }}
{{ f.field(form.colour, "Colour") }}{{ f.boxes(form.colours, "Colours") }}{{ f.field(form.begins, "From") }}
{{ form.version }}{{ f.acts("Save", "/en/work") }}</form>"""


def shown(form: forms.Form, language: str = "en") -> Element:
    """The form in its markup, which is valid."""
    root, faults = parse(environment(language).from_string(PAGE).render(form=form), fragment=True)
    assert faults == []
    return root


def by_id(root: Element) -> dict[str, Element]:
    """The elements that have an id, each of which is given once."""
    found = [element for element in root.iter() if "id" in element.attrib]
    ids = {element.attrib["id"]: element for element in found}
    assert len(ids) == len(found)
    return ids


def controls(root: Element) -> Iterator[Element]:
    """The fields that a reader sees."""
    return (
        element
        for element in root.iter()
        if element.tag in ("input", "select", "textarea") and element.get("type") != "hidden"
    )


@pytest.mark.parametrize("typed", [None, MultiDict({"name": "a\nb", "language": "green", "colours": "green"})])
def test_every_field_has_a_label_and_every_reference_leads_somewhere(typed: MultiDict[str, str] | None) -> None:
    form = Sample("en", typed)
    assert typed is None or not form.ok()
    root = shown(form)
    ids = by_id(root)
    labelled = {element.get("for") for element in root.iter("label")}
    assert {element.get("id") for element in controls(root)} == labelled
    for element in root.iter():
        for name in element.get("aria-describedby", "").split():
            assert words(ids[name])
    for link in root.findall(".//*[@id='faults']//a"):
        assert ids[link.attrib["href"].removeprefix("#")].tag in ("input", "select", "textarea")
    assert all(words(legend) for legend in root.iter("legend"))


def test_what_was_refused_is_said_above_and_at_the_field() -> None:
    form = Sample("en", MultiDict({**RIGHT, "name": "a\nb", "language": "green"}))
    assert not form.ok()
    ids = by_id(shown(form))
    summary, name = ids["faults"], ids["name"]
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert "autofocus" in summary.attrib  # takes the focus, without JavaScript too
    assert [link.get("href") for link in summary.iter("a")] == ["#name", "#language-0"]
    assert (name.get("aria-invalid"), name.get("aria-describedby")) == ("true", "name-hint name-error")
    assert name.get("value") == "a\nb"  # nothing typed is lost
    assert words(ids["name-error"]) == words(next(summary.iter("a")))
    assert "aria-invalid" not in ids["email"].attrib
    group = next(found for found in shown(form).iter("fieldset") if "language" in found.get("aria-describedby", ""))
    assert group.get("aria-describedby") == "language-hint language-error"


def test_secrets_are_never_shown_again() -> None:
    form = posted(name="", password="the lighthouse", code="123456")
    assert not form.ok()
    ids = by_id(shown(form))
    assert [ids[name].get("value", "") for name in ("password", "code")] == ["", ""]
    assert (ids["password"].get("type"), ids["code"].get("autocomplete")) == ("password", "one-time-code")
    assert ids["password"].get("autocomplete") == "new-password"


def test_what_is_typed_is_text_and_no_markup() -> None:
    typed: dict[str, Any] = dict.fromkeys(("name", "more", "email", "version"), "\"><script>'&")
    root = shown(posted(**typed))
    assert list(root.iter("script")) == []
    ids = by_id(root)
    assert ids["name"].get("value") == ids["version"].get("value") == typed["name"]
    assert (ids["more"].text or "").lstrip("\r\n") == typed["more"]


def test_the_form_carries_its_mark_and_where_to_go_next() -> None:
    root = shown(Sample("en"))
    hidden = {found.get("name"): found.get("value") for found in root.iter("input") if found.get("type") == "hidden"}
    assert hidden == {"csrf": "mark", "next": "/en/work", "version": ""}
    form = next(root.iter("form"))
    assert (form.get("method"), form.get("action")) == ("post", "/en/form")
