"""Planning the next session of a series with the keyboard alone, without JavaScript, in a narrow window."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import factories
from tests.browser.checks import NARROW, bring, faults, fits
from tests.browser.people import at_work, tab_to, visiting
from tests.browser.test_two_desks import let_in

OUTCOMES = [
    {"kind": "decision", "text": "Zij maken een plan.", "agreements": ["sluizen"]},
    {"kind": "information", "text": "Wie betaalt.", "open": True},
    {"kind": "information", "text": "Wie meet.", "open": True},
]


def test_the_next_session_takes_over_what_stayed_open(
    browser: Browser, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with at_work(shared, tmp_path_factory.mktemp("sessions")) as place:
        with place.database.write() as session:
            connection = session.connection()
            factories.publish(connection, "water", factories.body("topic", "Water"))
            factories.publish(connection, "sluizen", factories.body("agreement", "Sluizen"))
            agenda = [{"text": "Opening"}, {"text": "De sluizen", "agreement": "sluizen"}]
            hours = {"begins": "09:30", "ends": "12:00"}
            held = factories.body("session", "Beraad", outcomes=OUTCOMES, agenda=agenda, time=hours)
            factories.publish(connection, "beraad", held)
        with visiting(browser, place, java_script_enabled=False, viewport={"width": 320, "height": 640}) as page:
            let_in(page, place, place.people("diplomat", topics=["water"]))
            page.goto("/en/sessions/SES-2023-001")
            with page.expect_navigation():
                page.get_by_role("link", name="Plan the next session of this series").press("Enter")
            for field, typed in (("Title", "Tweede beraad"), ("Summary", "Zij gaan verder."), ("Date", "1 mei 2099")):
                tab_to(page, lambda field=field: page.get_by_label(field).first)  # type: ignore[misc]
                page.keyboard.type(typed)
            tab_to(page, lambda: page.get_by_label("English Wie meet."))
            page.keyboard.press("Space")
            tab_to(page, lambda: page.get_by_label("Agenda").first)
            page.keyboard.type("Rondvraag")
            tab_to(page, lambda: page.get_by_role("button", name="Submit"))
            with page.expect_navigation():
                page.keyboard.press("Enter")
            expect(page.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()
            page.get_by_role("link", name="The text as it waits").click()
            expect(page.locator("main")).to_contain_text("English Wie betaalt.")
            expect(page.locator("main")).not_to_contain_text("Wie meet.")
        with visiting(browser, place, reduced_motion="reduce") as page:
            bring(page.context)
            let_in(page, place, place.people("diplomat", topics=["water"], id="second"))
            for address in ("/en/sessions/SES-2023-001", "/nl/werk/voorstel/session?follows=SES-2023-001"):
                page.set_viewport_size({"width": 1440, "height": 900})
                page.goto(address)
                page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                assert faults(page) == [], address
                page.set_viewport_size({"width": 320, "height": 900})
                assert faults(page, *NARROW) == [], f"{address} at 320 pixels"
                fits(page)
