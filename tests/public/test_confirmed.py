"""What the public sees of what the sides confirmed: on whose word, since when, shown by what, and what came after."""

import json
import re

import pytest

from register import i18n
from register.ledger import append, chain
from register.ledger.append import Confirmation, Core
from register.ledger.canonical import canonical, digest
from register.words.vocabulary import Basis
from tests.factories import BOTH, NL, VL, body, rebuild, report
from tests.public.conftest import Small

AGREEMENT = "agreement/sluizen"
DAY = {"nl": "1 februari 2023", "en": "1 February 2023"}  # of every key that tests/factories.py turns


def head(page: str) -> str:
    """What stands above the two columns, as words."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition('class="joint">')[2].partition("</div>")[0]).split())


def column(page: str, side: str) -> str:
    """What stands in the column of a side."""
    return page.partition(f'id="side-{side}"')[2].partition("</section>")[0]


@pytest.fixture
def told(small: Small) -> Small:
    """The small register with an agreement to report on."""
    small.publish("sluizen", body("agreement"))
    return small


def test_an_own_report_is_the_word_of_its_side_with_who_confirmed_it_and_when(told: Small) -> None:
    core = append.freeze("update", "eerste", "nl", report(AGREEMENT, "ongoing", "2024", NL, text="Het loopt."))
    with told.database.write() as session:
        time = "2024-03-31T22:30:00+00:00"  # in Amsterdam and Brussels it is April by then
        key = Confirmation("nl", "dijkgraaf", core.digest, time)
        append.publish(session.connection(), core, {}, Basis.CONFIRMED, [key])
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert head(page).startswith("ongoing · according to the Netherlands")
    assert "Confirmed: Netherlands (English Hoogheemraadschap), 1 April 2024." in told.read(
        "agreements", "NLVL-2023-001", "en"
    )
    assert 'href="/en/organisations/dijkgraaf">English Hoogheemraadschap</a>' in page
    assert "Het loopt." in column(page, "nl")
    assert '<p lang="nl">Het loopt.</p>' in page  # nobody translated it
    assert "none known" in column(page, "vl")
    assert "not yet confirmed" not in head(page)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_joint_report_says_on_which_day_both_confirmed(told: Small, language: str) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH), *BOTH)
    assert DAY[language] in head(told.html("agreements", "NLVL-2023-001", language))


def test_a_joint_report_is_never_shown_as_the_closing_statement(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH, text="Samen."), *BOTH)
    page = told.read("agreements", "NLVL-2023-001", "en")
    assert "jointly confirmed on 1 February 2023" in page
    assert "Jointly confirmed by both sides" in page
    assert "closing statement of both governments" not in page
    assert "Confirmed: Netherlands (Director), 1 February 2023; Flanders (Director), 1 February 2023." in page


def test_a_later_own_report_leaves_the_joint_mark_standing(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH, text="Samen."), *BOTH)
    told.publish("later", report(AGREEMENT, "postponed", "2025-05-01", VL, text="Het wacht."), VL)
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert 'class="sides line-whole"' in page
    assert head(page).startswith("ongoing · jointly confirmed on 1 February 2023")
    assert (
        "Since then Flanders reports: postponed. English Het wacht. (as of English 2025-05-01 ; working translation)"
        in head(page)
    )
    assert "status-ongoing" in column(page, "nl")
    assert "status-postponed" in column(page, "vl")
    assert "different readings" not in page


def test_two_later_own_reports_take_the_joint_mark_away_once_notice_was_given(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH), *BOTH)
    told.publish("later", report(AGREEMENT, "postponed", "2025-05-01", VL), VL)
    told.publish("laatst", report(AGREEMENT, "completed", "2025-06-01", NL), NL)
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert "jointly confirmed on 1 February 2023" in head(page)
    assert "Since then the Netherlands reports: completed" in head(page)
    assert "Since then Flanders reports: postponed" in head(page)
    told.note("readings_differ", AGREEMENT, updates=["later", "laatst"])
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert 'class="sides line-differ"' in page
    assert "different readings" in head(page)
    assert "Since then" not in page


def test_a_second_reading_stands_beneath_the_first_until_notice_was_given(told: Small) -> None:
    told.publish("eerst", report(AGREEMENT, "completed", "2025-05-01", NL), NL)
    told.publish("daarna", report(AGREEMENT, "ongoing", "2025-06-01", VL), VL)
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert "completed · according to the Netherlands" in head(page)
    assert "Since then Flanders reports: ongoing" in head(page)
    assert "status-ongoing" in column(page, "vl")
    assert 'class="sides line-one by-nl"' in page


def test_what_was_asked_and_a_pause_are_shown_and_go(told: Small) -> None:
    at = told.note("response_asked", AGREEMENT, side="vl", since="2025-05-01")
    paused = told.note("pause", "side/vl", begins="2025-06-01", ends="2099-08-31", reason="formation")
    page = told.html("agreements", "NLVL-2023-001", "en")
    assert "Response asked of Flanders on 1 May 2025, not yet received." in column(page, "vl")
    assert "Flanders has declared a pause from 1 June 2025 until 31 August 2099 (formation" in column(page, "vl")
    assert "asked" not in column(page, "nl")
    told.note("response_closed", AGREEMENT, target=at)
    told.note("pause_ended", "side/vl", target=paused, ends="2025-07-31")
    page = column(told.html("agreements", "NLVL-2023-001", "en"), "vl")
    assert "asked" not in page
    assert "pause" not in page


def test_a_report_of_the_side_that_was_asked_answers(told: Small) -> None:
    told.note("response_asked", AGREEMENT, side="vl", since="2025-05-01")
    told.publish("nee", report(AGREEMENT, "ongoing", "2025", NL), NL)
    assert "Reactie gevraagd aan Vlaanderen" in told.read("agreements", "NLVL-2023-001", "nl")
    told.publish("ja", report(AGREEMENT, "ongoing", "2025", VL), VL)
    assert "Reactie gevraagd" not in told.read("agreements", "NLVL-2023-001", "nl")


def test_words_that_one_side_adds_are_shown_as_such(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH), *BOTH)
    told.publish("later", report(AGREEMENT, None, "2025", NL, text="Er is overlegd."), NL)
    assert "Since then the Netherlands reports: English Er is overlegd." in head(
        told.html("agreements", "NLVL-2023-001", "en")
    )


def test_a_later_document_of_one_side_is_no_word_of_it(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH), *BOTH)
    told.publish("brief", report(AGREEMENT, "postponed", "2025", VL))
    assert "Since then" not in told.read("agreements", "NLVL-2023-001", "en")


def test_an_action_tells_it_too(told: Small) -> None:
    told.publish("meten", body("action"))
    told.publish("samen", report("action/meten", "ongoing", "2024", *BOTH), *BOTH)
    told.publish("later", report("action/meten", "completed", "2025", NL), NL)
    page = told.read("actions", "ACT-2023-001", "en")
    assert "ongoing · jointly confirmed on 1 February 2023" in page
    assert "Since then the Netherlands reports: completed" in page


def test_evidence_leads_to_where_it_is(told: Small) -> None:
    link = {"title": "Verslag", "url": "https://verslag.example/?a=1&b=2"}
    told.publish("klaar", report(AGREEMENT, "completed", "2024", NL, evidence=[link]), NL)
    page = told.html("agreements", "NLVL-2023-001")
    assert '<a href="https://verslag.example/?a=1&amp;b=2" rel="nofollow external">Verslag</a>' in page


def test_a_report_from_before_there_was_evidence_is_still_read(told: Small) -> None:
    core = append.freeze("update", "oud", "nl", report(AGREEMENT, "ongoing", "2024", NL, text="Oud bericht."))
    read = json.loads(core.text)
    del read["body"]["evidence"]
    text = canonical(read)
    with told.database.write() as session:
        append.publish(session.connection(), Core("update", "oud", text, digest(text)), {}, Basis.FOUNDING_LETTER)
    assert "Oud bericht." in told.read("agreements", "NLVL-2023-001", "nl")


def test_a_confirmed_agreement_says_who_confirmed_it(small: Small) -> None:
    small.publish("sluizen", body("agreement"), *BOTH)
    page = small.read("agreements", "NLVL-2023-001", "en")
    assert page.count("Confirmed: Netherlands (Director), 1 February 2023; Flanders") == 1


def test_a_rebuild_shows_the_same(told: Small) -> None:
    told.publish("samen", report(AGREEMENT, "ongoing", "2024", *BOTH, text="Samen."), *BOTH)
    told.publish("later", report(AGREEMENT, "postponed", "2025-05-01", VL, text="Het wacht."), VL)
    before = told.html("agreements", "NLVL-2023-001")
    rebuild(told.database)
    assert told.html("agreements", "NLVL-2023-001") == before
    with told.database.read() as session:
        assert chain.verify(session.connection()) == []
