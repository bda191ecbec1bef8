"""Reporting with the keyboard alone: from the desk to what was submitted in at most five interactions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import factories
from tests.browser.checks import COLOURS, bring, faults, fits
from tests.browser.people import Place, at_work, heading, tab_to, visiting
from tests.browser.test_two_desks import let_in

MOST = 5  # interactions from opening the desk to a submitted report, at most
REPORT = "/en/work/report/agreement/NLVL-2023-001"


@pytest.fixture(scope="module")
def place(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A register with an agreement that is due, on which a side has reported before."""
    with at_work(shared, tmp_path_factory.mktemp("reporting")) as found:
        soon = (found.people.clock.now + timedelta(days=9)).date().isoformat()
        with found.database.write() as session:
            connection = session.connection()
            factories.publish(connection, "water", factories.body("topic", "Water"))
            due = {"edtf": soon, "words": "binnenkort"}
            factories.publish(connection, "sluizen", factories.body("agreement", "Sluizen", due=due))
            for side in ("nl", "vl"):
                said = factories.report("agreement/sluizen", "ongoing", "2024", side, text="Zij bouwen.")
                factories.publish(connection, f"oud-{side}", said, side)
        yield found


@pytest.mark.parametrize("script", [True, False])
def test_from_the_desk_to_a_submitted_report_by_keyboard(browser: Browser, place: Place, script: bool) -> None:
    with visiting(browser, place, java_script_enabled=script) as page:
        let_in(page, place, place.people("diplomat", topics=["water"]))
        page.goto("/en/work")
        gone: list[str] = []
        done: list[str] = []  # the interactions; moving on by Tab is none

        def act(key: str) -> None:
            done.append(key)
            page.keyboard.press(key)

        tab_to(page, lambda: page.get_by_role("link", name="Report on English Sluizen").first)
        if script:  # the form opens in the list: no page is waited for
            page.on("framenavigated", lambda frame: gone.append(frame.url))
            act("Enter")
            expect(page.get_by_role("heading", level=3, name="Report on English Sluizen")).to_be_focused()
        else:
            with page.expect_navigation():
                act("Enter")
            heading(page, "Report on English Sluizen")
        tab_to(page, lambda: page.get_by_label("Status"))
        act("ArrowDown")
        tab_to(page, lambda: page.get_by_label("Text").first)
        done.append("a text")
        page.keyboard.type("De sluizen wachten.")
        tab_to(page, lambda: page.get_by_role("button", name="Submit"))
        if script:
            act("Enter")
        else:
            with page.expect_navigation():
                act("Enter")
        expect(page.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()
        assert gone == []
        assert len(done) <= MOST, done
        expect(page.locator("main")).to_contain_text("Waiting for confirmation")


def test_what_is_typed_is_kept_also_when_the_connection_fails(browser: Browser, place: Place) -> None:
    with visiting(browser, place, offline_is_fine=True) as page:
        let_in(page, place, place.people("diplomat", topics=["water"]))
        page.goto(REPORT)
        kept, text = page.locator("#kept"), page.get_by_label("Text").first
        text.fill("De sluizen.")
        expect(kept).to_contain_text("Saved as a draft on")
        expect(page.locator("#version")).to_have_value("1")
        page.context.set_offline(True)
        text.fill("De sluizen wachten.")
        expect(kept).to_contain_text("there is no connection")
        expect(text).to_have_value("De sluizen wachten.")
        page.context.set_offline(False)
        expect(kept).to_contain_text("Saved as a draft on")
        expect(page.locator("#version")).to_have_value("2")
        expect(text).to_have_value("De sluizen wachten.")
        text.press_sequentially(" Nog even.")
        with page.expect_navigation():  # pressed while it may just be keeping itself
            page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_role("status").filter(has_text="The draft is saved.")).to_be_visible()
        expect(page.get_by_label("Text").first).to_have_value("De sluizen wachten. Nog even.")


def test_the_rooms_of_reports_serve_everyone(browser: Browser, place: Place) -> None:
    with visiting(browser, place, reduced_motion="reduce") as page:
        bring(page.context)
        let_in(page, place, place.people("diplomat", topics=["water"], mandates=[""], name="Karel Schrijver"))
        page.goto(REPORT)
        page.get_by_label("As of").fill("ooit")
        with page.expect_navigation():
            page.get_by_role("button", name="Save draft").click()
        draft = page.url.partition("?")[0]
        rooms = ("/en/work", "/nl/werk", REPORT, draft, "/en/work/drafts", "/en/work/no-change")
        for address in (*rooms, "refused", "late"):
            page.emulate_media(color_scheme="light")
            page.goto(address if address in rooms else draft)
            if address not in rooms:
                if address == "late":
                    page.evaluate("document.querySelector('#report input[name=version]').value = '7'")
                    page.get_by_label("Text").first.fill("De sluizen zijn heel " + "lang" * 40)
                with page.expect_navigation():
                    page.get_by_role("button", name="Submit").click()
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert faults(page) == [], address
            page.emulate_media(color_scheme="dark")
            assert faults(page, *COLOURS) == [], f"{address} in the dark"
            fits(page)
