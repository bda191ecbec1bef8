"""What every form of a draft carries, so that nothing typed in it is lost and nothing is done twice."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import wtforms
from wtforms import validators, widgets

from register.errors import BadParameter
from register.i18n import mark as _
from register.web import forms

SAVE, SUBMIT, DROP = "save", "submit", "drop"
AUTO = "auto"  # saved by itself, while somebody types
FILE_ROWS = range(1, 6)  # in which a form may take a file; each form has the first few of them


def _carried() -> Any:
    """What both of two who save at once started from: as long as a whole text."""
    return wtforms.HiddenField("", [validators.Length(max=60_000)])


class DraftForm(forms.Form):
    """`key` makes a form that is sent twice count once, `version` and `started` show what it was made from.

    `take`: the fields in which what was saved meanwhile is taken instead of what stands in the form. `TYPED` names the
    fields that are kept of what somebody writes.
    """

    TYPED: ClassVar[tuple[str, ...]] = ()
    FILES: ClassVar[Sequence[int]] = ()  # the rows that take a file

    key = forms.hidden()
    version = forms.hidden()
    started = _carried()
    act = forms.hidden()
    take = forms.choices("")
    embargo_day = forms.day("", required=False)
    embargo_time = wtforms.StringField("", [validators.Length(max=20)], widget=widgets.TimeInput())

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        field: Any = self["take"]
        field.choices = [(name, name) for name in self.TYPED]

    def typed(self) -> dict[str, str]:
        """What was typed, with what was saved meanwhile where it is taken instead."""
        theirs = self.before()
        taken = set(self.take.data or ()) & theirs.keys()
        return {name: theirs[name] if name in taken else self.plain(name) for name in self.TYPED}

    def plain(self, name: str) -> str:
        """What stands in a field, as text: of boxes to tick, what is ticked, a line each."""
        row = name.removeprefix("file_")
        if "remove" in self and row != name and row in (self["remove"].data or ()):
            return ""  # a file that is to go
        data = self[name].data
        return "\n".join(data) if isinstance(data, list) else str(data or "")

    def before(self) -> dict[str, str]:
        """What the form was made from; nothing where that cannot be read."""
        try:
            found = json.loads(str(self.started.data or "{}"))
        except ValueError:
            return {}
        plain = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
        return {name: found.get(name, "") for name in self.TYPED} if plain and found else {}

    def fill(self, typed: dict[str, str]) -> None:
        """Show `typed` in the form."""
        self.take.data = []
        for name in self.TYPED:
            value = typed.get(name, "")
            several = isinstance(self[name], wtforms.SelectMultipleField)
            self[name].data = [line for line in value.split("\n") if line] if several else value
        if "remove" in self:
            self["remove"].data = []

    def pressed(self) -> str:
        """Which button was pressed. Raises BadParameter for one that there is not."""
        act = str(self.act.data or SAVE)
        if act not in (AUTO, SAVE, SUBMIT, DROP):
            raise BadParameter("act", act[:40], "value", (SAVE, SUBMIT, DROP))
        return act


def take_files(form: type[DraftForm], rows: Sequence[int]) -> None:
    """Let a form take a file in each of these rows: in `upload_1`.

    From then on the form carries its SHA-256 in `file_1`, until its row is ticked in `remove`.
    """
    form.FILES = rows
    form.remove = forms.choices("", [(str(row), str(row)) for row in rows])
    for row in rows:
        setattr(form, f"file_{row}", forms.hidden(_("File")))
        setattr(form, f"upload_{row}", wtforms.FileField(_("File, instead of a web address")))
