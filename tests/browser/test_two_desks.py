"""Two sides at their desks: from a draft, by a refusal, an edit conflict and a different reading, to a report of both.

Anna writes for the Netherlands, in two windows at once; Bram confirms there without JavaScript. Vera confirms for
Flanders, and gives a reading of her own, which Wim confirms.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from register.guards import people as guarded
from register.guards import signing
from register.guards.serving import COOKIE
from register.ledger import chain
from register.models import Account, Draft
from register.publishing import proposing
from register.telling import running
from tests import factories
from tests.browser.checks import COLOURS, bring, faults, fits
from tests.browser.people import Place, at_work, heading, press, visiting
from tests.workers import Clock

AGREEMENT = "/en/agreements/NLVL-2023-001"
REPORT = "/en/work/report/agreement/NLVL-2023-001"
REVIEW = "/en/work/review"


@pytest.fixture(scope="module")
def place(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A register with an agreement, served."""
    with at_work(shared, tmp_path_factory.mktemp("two-desks")) as found:
        with found.database.write() as session:
            connection = session.connection()
            factories.publish(connection, "water", factories.body("topic", "Water"))
            factories.publish(connection, "rws", factories.body("organisation", "Rijkswaterstaat", side="nl"))
            factories.publish(connection, "vmm", factories.body("organisation", "Milieumaatschappij", side="vl"))
            factories.publish(connection, "sluizen", factories.body("agreement", "Sluizen"))
        yield found


def let_in(page: Page, place: Place, account: Account) -> None:
    """Sign in as if by the door: the row and the cookie."""
    with place.database.write() as session:
        _row, token = signing.start(session, account, "full", "test", place.people.clock.now)
    host = place.url.replace("http:", "https:").rpartition(":")[0]
    cookie: Any = {"name": COOKIE, "value": token, "url": host, "secure": True, "httpOnly": True, "sameSite": "Lax"}
    page.context.add_cookies([cookie])


def write(page: Page, **typed: str) -> None:
    """Fill in fields of the report by their names: a text, one of a list, or one to choose."""
    for name, value in typed.items():
        field = page.locator(f"main [name={name}]").first
        folded = page.locator("main details:not([open])", has=page.locator(f"[name={name}]"))
        if folded.count():
            folded.locator("summary").click()
        if field.evaluate("one => one.type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def act(page: Page, what: str) -> None:
    """Press the button of the report that does `what`, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(f"main button[name=act][value={what}]").first.click()


def stands(page: Page, *words: str) -> None:
    """Wait until the public page of the agreement is there, and look for words in its head."""
    page.goto(AGREEMENT)
    for said in words:
        expect(page.locator(".sides .joint")).to_contain_text(said)


def test_from_a_draft_to_a_joint_public_status(browser: Browser, place: Place) -> None:
    people = place.people
    author = people("diplomat", topics=["water"], name="Anna", organisation="rws")
    colleague = people("diplomat", mandates=["water"], name="Bram", organisation="rws")
    other = people("diplomat", side="vl", mandates=[""], name="Vera", organisation="vmm")
    second = people("diplomat", side="vl", mandates=["water"], name="Wim", organisation="vmm")
    with ExitStack() as open_:
        plain = {"java_script_enabled": False}
        anna, vera = (open_.enter_context(visiting(browser, place)) for _ in range(2))
        bram, wim = (open_.enter_context(visiting(browser, place, **plain)) for _ in range(2))
        for page, account in ((anna, author), (bram, colleague), (vera, other), (wim, second)):
            let_in(page, place, account)

        anna.goto(REPORT)
        write(anna, status="ongoing", text="De sluizen gaan open.")
        act(anna, "save")
        expect(anna.locator("main [name=text]").first).to_have_value("De sluizen gaan open.")
        act(anna, "submit")
        stands(vera, "no follow-up known")

        bram.goto(REVIEW)
        expect(bram.get_by_role("heading", level=2, name="1 text that you may confirm")).to_be_visible()
        with bram.expect_navigation():
            bram.get_by_role("link", name="Sluizen").first.click()
        expect(bram.locator("ins", has_text="De sluizen gaan open.")).to_be_visible()
        bram.get_by_label("Reason").fill("Zeg ook welke sluizen.")
        press(bram, "Send it back")
        expect(bram.get_by_role("status").filter(has_text="The text is sent back.")).to_be_visible()

        anna.goto("/en/work")
        expect(anna.locator("main")).to_contain_text("Zeg ook welke sluizen.")
        with anna.expect_navigation():
            anna.locator("main").get_by_role("link", name="Sluizen").first.click()
        elsewhere = anna.context.new_page()  # the same draft in another window
        elsewhere.goto(anna.url)
        write(elsewhere, text="De sluizen van Terneuzen gaan open.", as_of="vandaag")
        act(elsewhere, "save")
        expect(elsewhere.locator("main [name=text]").first).to_have_value("De sluizen van Terneuzen gaan open.")
        write(anna, text="De sluizen gaan dicht.")
        act(anna, "submit")
        heading(anna, "Changed meanwhile: report on English Sluizen")
        said = anna.locator("#differing ~ dl").first
        for words in ("De sluizen gaan open.", "De sluizen van Terneuzen gaan open.", "De sluizen gaan dicht."):
            expect(said).to_contain_text(words)
        expect(anna.locator("main [name=text]").first).to_have_value("De sluizen gaan dicht.")
        anna.get_by_label("Take what was saved meanwhile: Text").check()
        act(anna, "submit")
        expect(anna.get_by_role("status").filter(has_text="Submitted.")).to_be_visible()

        vera.goto(REVIEW)
        expect(vera.get_by_role("heading", level=2, name="0 texts that you may confirm")).to_be_visible()
        bram.goto(REVIEW)
        bram.locator("main summary").first.click()
        bram.get_by_label("I have read this text and confirm it for my side").check()
        press(bram, "Confirm what is ticked")
        expect(bram.get_by_role("status").filter(has_text="Your confirmations are recorded.")).to_be_visible()
        stands(vera, "ongoing", "according to the Netherlands")
        expect(vera.locator("#side-nl ~ p")).to_have_text("De sluizen van Terneuzen gaan open.")

        anna.goto(REPORT)
        write(anna, mode="joint", status="completed", text="De sluizen zijn klaar.")
        write(anna, title_1="Verslag", link_1="https://verslag.example/1")
        act(anna, "submit")
        confirm(bram)
        expect(bram.locator("main .notice").first).to_be_visible()
        expect(bram.locator("main")).to_contain_text("The key of Flanders is still missing.")
        stands(vera, "according to the Netherlands")

        vera.goto(REVIEW)
        with vera.expect_navigation():
            vera.get_by_role("link", name="Sluizen").first.click()
        asked = vera.url
        with vera.expect_navigation():
            vera.get_by_role("link", name="Give your own reading").click()
        write(vera, status="postponed", text="De sluizen zijn uitgesteld.")
        act(vera, "submit")
        confirm(wim, newest=True)
        for days in (0, 30):  # notice of it, and when its period is over
            running.run(place.database, Clock(people.clock.now + timedelta(days=days)))
        stands(bram, "different readings")
        expect(bram.locator("main")).to_contain_text("De sluizen zijn uitgesteld.")
        vera.goto(asked)
        press(vera, "Confirm for my side")
        expect(vera.locator("main")).to_contain_text("This text is public since")
        with vera.expect_navigation():
            vera.get_by_role("link", name="Show the public page").click()
        stands(bram, "completed", "jointly confirmed on")
        for page in (bram, vera):
            page.goto(AGREEMENT)
            expect(page.locator("main")).to_contain_text("De sluizen zijn klaar.")
            expect(page.get_by_role("link", name="Verslag").first).to_have_attribute("rel", "nofollow external")
            expect(page.locator("main")).to_contain_text(re.compile("Confirmed: Netherlands .*Flanders"))
    with place.database.read() as session:
        assert chain.verify(session.connection()) == []


def confirm(page: Page, *, newest: bool = False) -> None:
    """Confirm the text that has waited longest, or the newest, from its own page."""
    page.goto(REVIEW)
    waiting = page.get_by_role("link", name="Sluizen")
    with page.expect_navigation():
        (waiting.last if newest else waiting.first).click()
    press(page, "Confirm for my side")


def test_the_rooms_of_review_serve_everyone(browser: Browser, place: Place) -> None:
    people = place.people
    author = people("diplomat", topics=["water"], name="Karel Schrijver")
    colleague = people("diplomat", mandates=[""], name="Bea Bevestiger")
    made = waiting(place, author)
    with visiting(browser, place, reduced_motion="reduce") as page:
        bring(page.context)
        let_in(page, place, colleague)
        for address, words in ((REVIEW, "Review"), (f"{REVIEW}/{made}", "Text on English Sluizen")):
            page.emulate_media(color_scheme="light")
            page.goto(address)
            heading(page, words)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert faults(page) == [], address
            page.emulate_media(color_scheme="dark")
            assert faults(page, *COLOURS) == [], f"{address} in the dark"
            fits(page)


def waiting(place: Place, author: Account) -> str:
    """A joint text of this author that waits; gives its id."""
    now = place.people.clock.now
    with place.database.write() as session:
        old = factories.report("agreement/sluizen", "planned", "2024", "nl", text="De sluizen gaan ooit open.")
        factories.publish(session.connection(), "oud-bericht", old, "nl")
        draft = Draft(about_kind="agreement", about_record="sluizen", mode="joint", side="nl", author_id=author.id)
        draft.language, draft.typed, draft.created_at, draft.changed_at = "nl", "{}", now, now
        session.add(draft)
        session.flush()
        shown = [{"title": "Een heel lang verslag", "url": "https://verslag.example/" + "lang" * 30}]
        said = factories.report(
            "agreement/sluizen", None, "2025", "nl", "vl", text="De sluizen gaan nu open.\n\nEcht.", evidence=shown
        )
        person = guarded.person(session, session.get_one(Account, author.id), now.date())
        words = {"en": {"text": "The locks open now."}}
        made = proposing.submit(session, draft, said, words, person, now)  # type: ignore[arg-type]
        return made.id
