"""A report that keeps itself while somebody types: once, never against the buttons, and never against another place."""

import json
import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from register.i18n import path
from register.models import Account, Draft, Proposal
from tests.reports.conftest import REFERENCE, ROOM
from tests.reports.test_writing import Stored, send
from tests.workers import WorkClient

TYPED = {"key": "one-form", "mode": "own", "status": "ongoing", "language": "nl", "as_of": "vandaag"}
HTMX = {"HX-Request": "true"}


def keep(writer: WorkClient, where: str = ROOM, **typed: str) -> TestResponse:
    """What the form sends by itself."""
    answer: TestResponse = writer.post(where, data=TYPED | typed | {"act": "auto"}, headers=HTMX)
    assert answer.headers["X-Kept"] == "yes"
    return answer


def version(answer: TestResponse) -> str:
    found = re.search(r'name="version" id="version" value="(\d+)"', answer.text)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_typed_is_kept_and_never_fights_with_the_buttons(writer: WorkClient, stored: Stored) -> None:
    untouched = {"status": "", "as_of": "today", "language": "en"}
    keep(writer, **untouched)
    assert not stored(Draft)  # nobody typed anything

    first = keep(writer, text="Wij")
    assert (version(first), "Saved as a draft on" in first.text) == ("1", True)
    lost = keep(writer, text="Wij")  # the answer was lost on its way
    second = keep(writer, text="Wij meten.", version=version(lost))
    (draft,) = stored(Draft)
    assert (version(second), draft.version, draft.state) == ("2", 2, "draft")
    assert (json.loads(draft.typed)["text"], json.loads(draft.typed)["as_of"]) == ("Wij meten.", "vandaag")

    late = keep(writer, text="Uit een ander venster.", version="1")
    assert (late.status_code, "Save draft" in late.text) == (409, True)
    assert stored(Draft)[0].version == 2
    answer = writer.post(ROOM, data=TYPED | {"text": "Uit een ander venster.", "version": "1", "act": "save"})
    assert (answer.status_code, "Uit een ander venster." in answer.text, "Wij meten." in answer.text) == (
        409,
        True,
        True,
    )

    where = path("en", "report", f"draft/{draft.id}")
    assert send(writer, "submit", writer.get(where)).status_code == 303
    waits = keep(writer, where, text="Wij meten nog.", version=str(stored(Draft)[0].version))
    assert (waits.status_code, "waits for confirmation" in waits.text) == (409, True)
    assert (stored(Proposal)[0].state, stored(Draft)[0].state) == ("waiting", "waiting")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_form_opens_in_a_list_and_whoever_must_sign_in_goes_there_whole(writer: WorkClient) -> None:
    opened = writer.get(ROOM, headers=HTMX)
    assert ("<html" in opened.text, 'hx-post="' in opened.text, "<h3" in opened.text) == (False, True, True)
    writer.delete_cookie("__Host-schakel")
    away = writer.get(ROOM, headers=HTMX)
    assert (away.status_code, "Location" in away.headers) == (200, False)
    assert away.headers["HX-Redirect"].startswith(path("en", "sign-in") + "?next=")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_begun_stands_in_the_history_for_ones_own_side(
    writer: WorkClient, browser: Callable[[Account], WorkClient], people: Callable[..., Account], stored: Stored
) -> None:
    keep(writer, text="Nog niet af.")
    (draft,) = stored(Draft)
    history = path("en", "work-history", f"agreement/{REFERENCE}")
    shown = browser(people("diplomat")).get(history).text
    assert ("Nog niet af." in shown, path("en", "report", f"draft/{draft.id}") in shown) == (True, True)
    for nobody in (people("diplomat", side="vl"), people("diplomat", side="joint"), people(mandates=[""])):
        other = browser(nobody)
        assert "Being written" not in other.get(history).text
        assert other.get(f"{history}?draft={draft.id}").status_code == 400
    send(writer, "submit", writer.get(path("en", "report", f"draft/{draft.id}")))
    assert "Being written" not in writer.get(history).text
