"""What the page of a record says, and what it never says."""

import re
from datetime import date

import pytest

from register import i18n
from register.ledger import PUBLIC_TABLES, projection
from register.words.vocabulary import Basis
from tests import factories
from tests.factories import BOTH, NL, VL, body, report
from tests.public.conftest import Small

CITED = {"source": "verklaring", "section": "3c", "page": 7, "paragraph": 4, "lines": "2-3"}
TEXT = "Eerste regel.\nDe sluizen gaan 's nachts\nvoortaan samen open.\nVierde regel."
NAMED = {"side": "nl", "organisation": "dijkgraaf", "basis": "named", "citation": {"source": "verklaring"}}


def test_a_passage_stands_word_for_word_where_the_text_is_attached(small: Small) -> None:
    small.publish("sluizen", body("agreement", citations=[CITED]))
    assert "samen open" not in small.read("agreements", "NLVL-2023-001")
    assert "blockquote" not in small.html("agreements", "NLVL-2023-001")
    small.attach("verklaring", TEXT)
    for language in i18n.LANGUAGES:
        page = small.html("agreements", "NLVL-2023-001", language)
        (passage,) = re.findall(r'<blockquote lang="nl">(.*?)</blockquote>', page, re.S)
        assert "De sluizen gaan &#39;s nachts voortaan samen open." in passage
        assert "Eerste" not in passage
        assert "Vierde" not in passage


def test_a_citation_says_where_and_leads_to_the_official_publication(small: Small) -> None:
    small.publish("sluizen", body("agreement", citations=[CITED]))
    assert "Slotverklaring, section 3c, page 7, paragraph 4." in small.read("agreements", "NLVL-2023-001", "en")
    page = small.html("agreements", "NLVL-2023-001", "en")
    assert '<a href="https://verklaring.example/1" rel="external">Official publication</a>' in page
    assert '<a href="/en/sources/verklaring">English Slotverklaring</a>' in page


@pytest.mark.parametrize(
    ("language", "unnamed"), [("nl", "niet genoemd in de bron"), ("en", "not named in the source")]
)
def test_a_lead_body_is_shown_only_where_one_is_named(small: Small, language: str, unnamed: str) -> None:
    small.publish("sluizen", body("agreement"))
    small.publish("stuwen", body("agreement", "Stuwen", leads=[NAMED]))
    assert small.read("agreements", "NLVL-2023-001", language).count(unnamed) == 2
    named = small.html("agreements", "NLVL-2023-002", language)
    assert named.count(unnamed) == 1
    dutch = named.partition('id="side-nl"')[2].partition("</section>")[0]
    assert f'href="{i18n.path(language, "organisations", "dijkgraaf")}"' in dutch
    assert i18n.labels(language)["LeadBasis"]["named"] in dutch
    assert "dijkgraaf" not in named.partition('id="side-vl"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (
            Basis.FOUNDING_STATEMENT,
            "Taken from the closing statement that both governments adopted; this rendering is ",
        ),
        (Basis.FOUNDING_LETTER, "From a letter of one side; this rendering is not yet checked by either side"),
        (Basis.FOUNDING_REGISTER, "Drawn up by the register from the documents; not yet checked by either side"),
    ],
)
def test_the_founding_basis_is_shown(small: Small, basis: Basis, said: str) -> None:
    small.publish("sluizen", body("agreement"), basis=basis)
    assert said in small.read("agreements", "NLVL-2023-001", "en")


def test_what_both_sides_confirmed_no_longer_says_that_nobody_checked_it(small: Small) -> None:
    small.publish("sluizen", body("agreement"), *BOTH)
    assert "not yet checked" not in small.read("agreements", "NLVL-2023-001", "en")


def test_an_earlier_version_is_shown_as_such(small: Small) -> None:
    small.publish("sluizen", body("agreement", "Sluizen eerst"))
    small.publish("sluizen", body("agreement", "Sluizen later"))
    now = small.read("agreements", "NLVL-2023-001", "en")
    assert "English Sluizen later" in now
    assert "not the current one" not in now
    assert small.read("agreements", "NLVL-2023-001", "en", version=2) == now
    then = small.html("agreements", "NLVL-2023-001", "en", version=1)
    assert "English Sluizen eerst" in then
    assert "This is version 1, published on" in then
    assert '<a href="/en/agreements/NLVL-2023-001">Show the current version</a>' in then
    assert 'href="/en/agreements/NLVL-2023-001?version=2"' in then


def test_a_version_that_never_was_is_not_found(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    answer = small.client.get("/nl/afspraken/NLVL-2023-001?version=2")
    assert answer.status_code == 404
    assert 'href="/nl/afspraken"' in answer.text


def test_what_was_redacted_is_gone_from_every_page(small: Small) -> None:
    small.publish("stuwen", body("agreement", "Stuwen"))
    at = small.publish("sluizen", body("agreement", "Geheime sluizen"))
    small.change(lambda connection: factories.redact(connection, at))
    with small.database.owner.begin() as connection:
        projection.rebuild(connection)
        small.database.grant(connection, PUBLIC_TABLES)
    assert small.client.get("/nl/afspraken/NLVL-2023-002").status_code == 410
    for room in ("", "agreements", "topics", "sources"):
        assert "Geheime" not in small.read(room), room
    assert "Geheime" not in small.read("topics", "water")


def test_silence_is_shown_as_silence(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    page = small.read("agreements", "NLVL-2023-001", "en")
    assert "no follow-up known" in page
    assert "No follow-up is known. Nobody has reported on this since it was agreed." in page
    assert page.count("none known") == 2
    assert 'class="sides line-silent"' in small.html("agreements", "NLVL-2023-001")


def test_a_report_of_one_side_is_shown_as_its_word(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    small.publish("bericht", report("agreement/sluizen", "ongoing", "2024-05", NL, text="Het loopt."))
    page = small.html("agreements", "NLVL-2023-001", "en")
    dutch, flemish = (page.partition(f'id="side-{side}"')[2].partition("</section>")[0] for side in ("nl", "vl"))
    assert "English Het loopt." in dutch
    assert "ongoing" in dutch
    assert "none known" in flemish
    assert "ongoing" not in flemish
    assert "According to the Netherlands" in page


def test_the_last_report_is_the_one_of_the_latest_date_whenever_it_came_in(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    small.publish("later", report("agreement/sluizen", "completed", "2025-03-01", NL, text="Klaar."))
    small.publish("eerder", report("agreement/sluizen", "ongoing", "2023-06-01", NL, VL, text="Bezig."))
    small.publish("vroeg", report("agreement/sluizen", "announced", "2023-05-01", NL, text="Aangekondigd."))
    page = small.html("agreements", "NLVL-2023-001")
    dutch, flemish = (page.partition(f'id="side-{side}"')[2].partition("</section>")[0] for side in ("nl", "vl"))
    assert "2025-03-01" in dutch
    assert "status-completed" in dutch
    assert "Klaar." in dutch
    assert "2023-06-01" in flemish
    assert "status-ongoing" in flemish
    assert "2025-03-01" in page.partition('class="joint"')[2].partition("</div>")[0]


def test_a_report_of_a_third_body_is_nobodys_word_of_the_two(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    small.publish("bericht", report("agreement/sluizen", None, "2024", third="bekken", text="Gezien."))
    page = small.read("agreements", "NLVL-2023-001", "en")
    assert "According to a third body" in page
    assert page.count("none known") == 2


@pytest.mark.parametrize(
    ("reports", "line", "said"),
    [
        ([("ongoing", (NL, VL))], "whole", "jointly confirmed"),
        ([("ongoing", (NL,))], "one", "according to the Netherlands"),
        ([("ongoing", (VL,))], "one", "according to Flanders"),
        ([("ongoing", (NL,)), ("ongoing", (VL,))], "separate", "both say so, separately"),
        ([("ongoing", (NL,)), ("completed", (VL,))], "differ", "different readings"),
    ],
)
def test_the_line_says_on_whose_word(
    small: Small, reports: list[tuple[str, tuple[str, ...]]], line: str, said: str
) -> None:
    small.publish("sluizen", body("agreement"))
    for number, (status, sides) in enumerate(reports):
        small.publish(f"bericht-{number}", report("agreement/sluizen", status, "2024", *sides), *sides)
    if line == "differ":
        small.note("readings_differ", "agreement/sluizen", updates=["bericht-0", "bericht-1"])
    page = small.html("agreements", "NLVL-2023-001", "en")
    assert f'class="sides line-{line}' in page
    assert said in page
    for status, sides in reports:
        for side in sides:
            assert status in page.partition(f'id="side-{side}"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("due", "status", "said"),
    [
        ("2026-06-30", None, "date passed"),
        ("2026-07-01", None, "due within 30 days"),
        ("2026-07-31", None, "due within 30 days"),
        ("2026-08-01", None, "on time"),
        ("2026-06", "ongoing", "date passed"),
        ("2026-06", "completed", ""),
        (None, None, "none given"),
    ],
)
def test_in_time_is_counted_on_the_day_of_reading(
    small: Small, monkeypatch: pytest.MonkeyPatch, due: str | None, status: str | None, said: str
) -> None:
    monkeypatch.setattr(i18n, "today", lambda: date(2026, 7, 1))
    small.publish("sluizen", body("agreement", due={"edtf": due, "words": "de termijn"} if due else None))
    if status:
        small.publish("bericht", report("agreement/sluizen", status, "2026-06-15", NL))
    words = [label for name, label in i18n.labels("en")["Timeliness"].items() if name != "no_date"]
    page = small.read("agreements", "NLVL-2023-001", "en")
    assert [label for label in words if label in page] == ([said] if said in words else [])
    assert said in page


def test_a_one_sided_statement_says_whose(small: Small) -> None:
    small.publish("sluizen", body("agreement", nature="one_sided", one_sided="vl"))
    assert "one-sided statement: Flanders" in small.read("agreements", "NLVL-2023-001", "en")
    assert "one-sided statement: Flanders" in small.read("agreements", language="en")


def test_participants_and_addressed_are_named_apart_from_the_sides(small: Small) -> None:
    small.publish("sluizen", body("agreement", participants=["bekken"], addressed=["dijkgraaf"]))
    page = small.read("agreements", "NLVL-2023-001", "en")
    assert "Taking part English Bekkenbestuur" in page
    assert "Addressed English Hoogheemraadschap" in page


def test_what_the_government_says_stands_apart_from_what_the_chamber_decided(small: Small) -> None:
    small.publish("motie", body("request", government_says="Afgedaan.", number="36 200, nr. 1"))
    page = small.read("requests", "REQ-001", "en")
    assert "What the government says of it English Afgedaan." in page
    assert "What the chamber decided The documents do not say." in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("not_known", "no document says whether it took place"),
        ("expected", "Agreed, not yet scheduled"),
        ("held", "held"),
        ("cancelled", "cancelled"),
    ],
)
def test_a_session_says_whether_it_was_held(small: Small, state: str, said: str) -> None:
    small.publish("overleg", body("session", "Overleg", state=state))
    assert said in small.read("sessions", "SES-2023-001", "en")


def test_a_timeline_is_in_the_order_of_its_dates(small: Small) -> None:
    small.publish("sluizen", body("agreement"))
    for number, day in enumerate(("2025", "2023-05", "2024-02-01")):
        small.publish(f"bericht-{number}", report("agreement/sluizen", None, day, NL, text=f"Bericht uit {day}."))
    small.publish("overleg", body("session", agreements=["sluizen"], date={"edtf": "2024-21", "words": "voorjaar"}))
    page = small.html("agreements", "NLVL-2023-001").partition('<ol class="timeline">')[2].partition("</ol>")[0]
    found = re.findall(r'class="when">\s*(?:<time[^>]*>)?([^<\n]+)', page)
    assert found == ["31 januari 2023", "2023-05", "2024-02-01", "voorjaar", "2025"]


def test_a_date_is_marked_for_machines_only_where_html_knows_it(small: Small) -> None:
    for number, edtf in enumerate(("2024-05-06", "2024-21", "2023~")):
        said = {"edtf": edtf, "words": f"gezegd-{number}"}
        small.publish(f"overleg-{number}", body("session", f"Overleg {number}", date=said))
    page = small.html("sessions")
    assert '<time datetime="2024-05-06">gezegd-0</time>' in page
    assert "gezegd-1" in page
    assert "<time" not in page.partition("gezegd-1")[0].rpartition('class="ref"')[2]
    assert "2024-21" not in page
    assert "2023~" not in page


def test_signs_of_html_in_a_text_stay_signs(small: Small) -> None:
    title = '<script>alert("x")</script> & "sluizen"'
    small.publish("sluizen", body("agreement", title, summary="<img src=x onerror=y>"))
    for room, reference in (("agreements", "NLVL-2023-001"), ("agreements", ""), ("topics", "water"), ("", "")):
        assert title in small.read(room, reference)


def test_a_text_without_translation_is_shown_in_its_own_language_and_says_so(small: Small) -> None:
    with small.database.write() as session:
        core = factories.append.freeze("agreement", "sluizen", "nl", body("agreement", "Alleen Nederlands"))
        factories.append.publish(session.connection(), core, {}, Basis.FOUNDING_STATEMENT)
    assert "There is no translation yet" in small.read("agreements", "NLVL-2023-001", "en")
    assert "no translation yet" not in small.read("agreements", "NLVL-2023-001", "nl")
