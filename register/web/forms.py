"""The base of every form: what is typed is normalised, bounded and checked, and comes back when it is refused.

Built on WTForms. Messages are the reader's; a field that the form does not have is refused, since nobody typed it.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, cast

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import validators, widgets

from register import i18n
from register.errors import FieldError, UnknownField
from register.i18n import mark as _

KNOWN = frozenset({"csrf", "next"})  # what the house adds to forms of its own accord
SHORT, LONG = 200, 10_000  # signs in one line, signs in a text
UNSHOWN = "\ufffd"  # stands for a sign that cannot be shown, and for bytes that were no text
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, half, private and unassigned signs, odd line ends
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # make text read in another order


class Form(wtforms.Form):
    """A form in `language`, filled from what was posted, else from what was kept for its reader, else from `given`.

    Raises UnknownField for a posted field that the form does not have.
    """

    def __init__(
        self,
        language: str,
        posted: "MultiDict[str, str] | None" = None,
        kept: Mapping[str, Sequence[str]] | None = None,
        /,
        **given: Any,
    ) -> None:
        self._reader = language  # not `language`: a form may have a field of that name
        filled = posted if posted is not None else self._known(kept)
        # What was not posted is empty, not as it was: a form without its version is not one of this version.
        super().__init__(filled, data=given if posted is None else None)
        if posted is not None:
            for name in posted:
                if name not in self._fields and name not in KNOWN:
                    raise UnknownField(name)

    def ok(self) -> bool:
        """Whether everything typed may be used as it is; else each field says why not."""
        return bool(self.validate())

    def fail(self, error: FieldError) -> None:
        """Pin what a rule refused to its field, or to the form as a whole."""
        told = i18n.translations(self._reader).gettext(error.message)
        told = told % error.values if error.values else told
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(told)
        else:
            field.errors = [*field.errors, told]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every message with the id of the field it is about; empty for the form as a whole."""
        whole = [("", str(told)) for told in self.form_errors]
        return whole + [(_target(field), str(told)) for field in self for told in field.errors]

    def _known(self, kept: Mapping[str, Sequence[str]] | None) -> "MultiDict[str, str] | None":
        if kept is None:
            return None
        return MultiDict(
            [(name, value) for name, values in kept.items() if hasattr(type(self), name) for value in values]
        )

    class Meta:
        """Messages from the house's own catalogue."""

        def get_translations(self, form: "Form") -> Any:
            """The catalogue of the form's reader."""
            return i18n.translations(form._reader)

        def render_field(self, field: wtforms.Field, render_kw: dict[str, Any]) -> Any:
            """Say in the markup which field was refused, and by which words."""
            if field.errors:
                described = f"{render_kw.get('aria-describedby', '')} {field.id}-error".strip()
                render_kw = {**render_kw, "aria-invalid": "true", "aria-describedby": described}
            return field.widget(field, **{**(field.render_kw or {}), **render_kw})


class _Said:
    """Something must be typed."""

    field_flags: Mapping[str, bool] = MappingProxyType({"required": True})

    def __call__(self, _form: wtforms.Form, field: wtforms.Field) -> None:
        """Raises StopValidation in the reader's language."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise validators.StopValidation(field.gettext(_("Fill in this field.")))


class _Open:
    """Nothing need be typed; of what is, the next rules say whether it fits."""

    field_flags: Mapping[str, bool] = MappingProxyType({"optional": True})

    def __call__(self, _form: wtforms.Form, field: wtforms.Field) -> None:
        """Raises StopValidation without a word when there is nothing more to check."""
        if not field.data:
            raise validators.StopValidation


def _bounded(most: int) -> Any:
    def check(_form: wtforms.Form, field: wtforms.Field) -> None:
        if field.data and len(field.data) > most:
            told = field.gettext(_("This is too long: %(length)s signs, where %(most)s fit."))
            raise validators.StopValidation(told % {"length": len(field.data), "most": most})

    return check


def _printable(form: wtforms.Form, field: wtforms.Field) -> None:
    lines = "\n\t" if isinstance(field.widget, widgets.TextArea) else ""
    for sign in field.data or "":
        if sign == UNSHOWN or (sign not in lines and (unicodedata.category(sign) in _UNSEEN or sign in _TURNING)):
            raise validators.StopValidation(field.gettext(_("This holds a sign that cannot be shown. Type it anew.")))


def _clean(text: object) -> str:
    """NFC, one kind of line end, no space around it; nothing is an empty text.

    What no page can show is marked, so that the page that refuses it shows where it stood.
    """
    typed = "" if text is None else str(text)
    plain = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain if plain.isprintable() else "".join(UNSHOWN if _unshowable(sign) else sign for sign in plain)


def _unshowable(sign: str) -> bool:
    return sign not in "\n\t" and unicodedata.category(sign) in _UNSEEN


def _rules(required: bool, most: int, more: Sequence[Any]) -> list[Any]:
    first: list[Any] = [_Said()] if required else [_Open()]
    return [*first, _bounded(most), _printable, *more]


def line(label: str, *rules: Any, required: bool = True, most: int = SHORT, **attributes: str) -> Any:
    """A field for one line of text. `rules` are WTForms validators; `attributes` are those of the input."""
    return wtforms.StringField(label, _rules(required, most, rules), filters=[_clean], render_kw=attributes)


def text(label: str, *rules: Any, required: bool = True, most: int = LONG, **attributes: str) -> Any:
    """A field for a text of several lines."""
    attributes = {"rows": "6", **attributes}
    return wtforms.TextAreaField(label, _rules(required, most, rules), filters=[_clean], render_kw=attributes)


def secret(label: str, *rules: Any, most: int = 1000, **attributes: str) -> Any:
    """A field for a password: neither trimmed nor normalised here, never shown again."""
    first: list[Any] = [_Said(), _bounded(most)]
    return wtforms.PasswordField(label, [*first, *rules], render_kw=attributes)


def code(label: str, *rules: Any, required: bool = True, **attributes: str) -> Any:
    """A field for a code that is used once: shown while typing, never shown again."""
    usual = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    made = _rules(required, 100, rules)
    return wtforms.StringField(label, made, filters=[_clean], widget=_Once(), render_kw={**usual, **attributes})


def address(label: str, required: bool = True, **attributes: str) -> Any:
    """A field for an e-mail address: kept in lower case."""
    usual = {"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
    made = _rules(required, 254, [_address])
    widget = widgets.EmailInput()
    return wtforms.StringField(label, made, filters=[_clean, _lower], widget=widget, render_kw={**usual, **attributes})


def choice(label: str, choices: Sequence[tuple[str, str]] = (), required: bool = True, radio: bool = False) -> Any:
    """One of `choices` (value, words); a form sets the choices of a request on the field itself."""
    kind = wtforms.RadioField if radio else wtforms.SelectField
    first: list[Any] = [_Said()] if required else [_Open()]
    made = [*first, _listed]
    return kind(label, made, choices=dict(choices), validate_choice=False, coerce=str, filters=[_chosen])


def choices(label: str, offered: Sequence[tuple[str, str]] = (), required: bool = False) -> Any:
    """Any number of `offered` (value, words), as boxes to tick."""
    return wtforms.SelectMultipleField(
        label,
        [*([_Said()] if required else []), _listed],
        choices=dict(offered),
        validate_choice=False,
        coerce=str,
        filters=[_ticked],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


def day(label: str, required: bool = True, **attributes: str) -> Any:
    """A field for a day, as the browser's own date field sends it; without one it is typed as 2026-01-31."""
    rules = [_Said()] if required else [_Open()]
    widget = widgets.DateInput()
    return wtforms.StringField(label, [*rules, _day], filters=[_clean], widget=widget, render_kw=attributes)


def hidden(label: str = "") -> Any:
    """A field that the page carries along, such as the version that a form was made from."""
    return wtforms.HiddenField(label, [_bounded(SHORT), _printable], filters=[_clean])


def _lower(text: str) -> str:
    return text.lower()


def _chosen(value: str | None) -> str:
    return value or ""


def _ticked(values: list[str] | None) -> list[str]:
    return values or []


def _address(_form: wtforms.Form, field: wtforms.Field) -> None:
    name, at, host = (field.data or "").rpartition("@")
    parts = host.split(".")
    plain = not any(sign.isspace() or sign in '<>,;:"()[]\\' for sign in name + host)
    if not (at and name and plain and "@" not in name and len(parts) > 1 and all(parts)):
        told = _("This is not an e-mail address. It looks like name@organisation.example.")
        raise validators.StopValidation(field.gettext(told))


def _listed(_form: wtforms.Form, field: wtforms.Field) -> None:
    offered = {option.value for option in cast("Any", field).iter_choices()}
    given = field.data if isinstance(field.data, list) else [field.data]
    if any(value not in offered for value in given if value):
        raise validators.StopValidation(field.gettext(_("Choose one of the list.")))


def _day(_form: wtforms.Form, field: wtforms.Field) -> None:
    try:
        found = date.fromisoformat(field.data)
        plain = found.isoformat() == field.data and 2000 <= found.year <= 2100  # not 2026-W05-6, which is ISO too
    except ValueError:
        plain = False
    if not plain:
        told = _("This is not a day of the calendar. Write it as year, month, day: 2026-01-31.")
        raise validators.StopValidation(field.gettext(told))


def _target(field: wtforms.Field) -> str:
    """What a link to a field leads to: for boxes and buttons, the first of them."""
    several = isinstance(field, wtforms.RadioField | wtforms.SelectMultipleField) and field.choices
    return f"{field.id}-0" if several else str(field.id)


class _Once(widgets.TextInput):
    """A field that never shows what was typed before."""

    def __call__(self, field: wtforms.Field, **attributes: Any) -> Any:
        """The markup, without the value."""
        attributes["value"] = ""
        return super().__call__(field, **attributes)
