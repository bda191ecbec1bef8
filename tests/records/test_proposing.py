"""From a proposal to the public page: something new, a change beside another one, and who leads on one's own side."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from register.access import Person
from register.db import Database
from register.errors import FieldError
from register.i18n import path
from register.ledger import append, chain, events, read
from register.models import Draft, Proposal
from register.publishing import proposing
from register.words.vocabulary import Basis
from tests import factories
from tests.page_checks import parse, words
from tests.workers import WorkClient

Stored = Callable[[type[Any]], list[Any]]
REFERENCE = "NLVL-2023-001"
NEW = path("en", "propose", "agreement")
CHANGE = path("en", "propose", f"agreement/{REFERENCE}")
PUBLIC = path("en", "agreements", REFERENCE)
AGREEMENT = {
    "title": "Vispassages",
    "summary": "Zij maken vispassages.",
    "topics": ["water"],
    "nature": "agreed_step",
    "instrument": "memorandum",
    "made": "najaar 2025",
    "due": "eind 2027",
    "source_1": "Verklaring [verklaring]",
    "section_1": "2d",
    "page_1": "4",
    "participants": "belgië",
    "relation_1": "elaborates",
    "to_1": REFERENCE,
    "language": "nl",
}
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def send(browser: WorkClient, page: TestResponse | str, act: str, **typed: Any) -> TestResponse:
    """Fill in the form of a page and press a button."""
    shown = browser.get(page) if isinstance(page, str) else page
    return browser.submit(shown, {**typed, "act": act}, form=0)


def main(browser: WorkClient, address: str) -> str:
    return words(parse(browser.get(address).text)[0].find(".//main"))


def confirm(browser: WorkClient, proposal: Proposal, status: int = 303) -> TestResponse:
    answer = browser.post(path("en", "review", f"{proposal.id}/confirm"), data={"digest": proposal.digest})
    assert answer.status_code == status
    return answer


def test_a_new_agreement_travels_from_its_first_word_to_its_public_page(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    first = send(writer, NEW, "save", title="Vispassages", made="ooit")
    where = first.location.partition("?")[0]
    assert "Vispassages" in main(writer, path("en", "drafts"))
    assert "Vispassages" in main(writer, path("en", "desk"))
    assert flemish.get(where).status_code == 404
    refused = send(writer, where, "submit", **(AGREEMENT | {"source_1": "", "section_1": "", "page_1": "4x"}))
    assert refused.status_code == 422
    assert "Say of which source" in refused.text
    refused = send(writer, refused, "submit", source_1="Verkl", participants="Rijkswaterst\nvmm", page_1="4")
    assert "Do you mean: Verklaring [verklaring]?" in refused.text
    assert "Do you mean: Rijkswaterstaat [rws]?" in refused.text
    assert "NLVL-2023-001" in refused.text
    assert not stored(Proposal)
    answer = send(writer, refused, "submit", source_1="verklaring", section_1="2d", participants="belgië")
    assert answer.status_code == 303, answer.text
    (proposal,) = stored(Proposal)
    body = json.loads(proposal.core)["body"]
    assert (proposal.mode, json.loads(proposal.topics), json.loads(proposal.core)["replaces"]) == (
        "joint",
        ["water"],
        None,
    )
    assert body["due"] == {"edtf": "2027-10~/2027-12~", "words": "eind 2027"}
    assert body["citations"] == [{"source": "verklaring", "section": "2d", "page": 4, "paragraph": None, "lines": None}]
    assert (body["participants"], body["relations"][0]["target"]) == (["belgie"], "sluizen")
    shown = main(flemish, path("en", "review", proposal.id))
    passage = "English Verklaring, section 2d, page 4"
    for told in ("New: Vispassages", "both sides confirm", "added: Zij maken vispassages.", passage, "agreed step"):
        assert told in shown
    for told in ("elaborates: English Sluizen", "1 October 2027"):
        assert told in shown
    assert "1 text waits for you" in main(dutch, path("en", "desk"))
    assert (
        writer.post(path("en", "review", f"{proposal.id}/confirm"), data={"digest": proposal.digest}).status_code == 404
    )
    confirm(dutch, proposal)
    assert "Vispassages" not in main(writer, path("en", "agreements"))
    confirm(flemish, proposal)
    page = main(writer, path("en", "agreements", "NLVL-2025-001"))
    for told in ("Vispassages", "jointly confirmed", "Confirmed: Netherlands (English Rijkswaterstaat)", "Version 1"):
        assert told in page
    assert "published" in {draft.state for draft in stored(Draft)}
    with database.read() as session:
        assert chain.verify(session.connection()) == []


@SQLITE
def test_a_change_beside_another_is_compared_and_loses_nothing(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    page = writer.get(CHANGE)
    assert 'value="Sluizen"' in page.text
    assert 'value="31 januari 2023"' in page.text
    assert "België [belgie]" in page.text
    where = send(writer, page, "submit", title="Alle sluizen").location.partition("?")[0]
    (mine,) = stored(Proposal)
    assert "removed: Sluizen added: Alle sluizen" in main(flemish, path("en", "review", mine.id))
    confirm(dutch, mine)
    other = send(dutch, CHANGE, "submit", summary="Zij stemmen vaker af.", title="De sluizen")
    assert other.status_code == 303
    theirs = next(each for each in stored(Proposal) if each.id != mine.id)
    with database.write() as session:  # the colleagues are quicker with the other one
        core = append.Core(theirs.kind, theirs.record, theirs.core, theirs.digest)
        keys = [factories.key(core, side) for side in factories.BOTH]
        append.publish(session.connection(), core, json.loads(theirs.translations), Basis.CONFIRMED, keys)
    assert "Another version" in confirm(flemish, mine, 409).text
    shown = writer.get(where)
    assert "Another version was published since you began" in shown.text
    told = words(parse(shown.text)[0].find(".//main"))
    for text in ("Zij stemmen vaker af.", "De sluizen", "Alle sluizen"):
        assert text in told
    again = send(writer, shown, "submit")
    assert again.status_code == 303
    core = json.loads(next(each for each in stored(Proposal) if each.state == "waiting" and each.id != theirs.id).core)
    assert core["replaces"] == theirs.digest
    assert (core["body"]["title"], core["body"]["summary"]) == ("Alle sluizen", "Zij stemmen vaker af.")
    assert (core["body"]["citations"][0]["lines"], core["body"]["topics"]) == ("22-24", ["water", "lucht"])


def test_each_side_names_its_own_lead_body(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    before = _digest(database)
    room = path("en", "designate", f"agreement/{REFERENCE}")
    answer = send(writer, room, "submit", organisation="rijkswaterstaat", designated_on="maart 2024")
    assert answer.status_code == 303, answer.text
    (proposal,) = stored(Proposal)
    assert (proposal.mode, proposal.side, json.loads(proposal.topics)) == ("own", "nl", ["lucht", "water"])
    assert flemish.get(path("en", "review", proposal.id)).status_code == 404
    assert "added: English Rijkswaterstaat" in main(dutch, path("en", "review", proposal.id))
    confirm(dutch, proposal)
    page = main(writer, PUBLIC)
    assert "English Rijkswaterstaat (designated by this side, March 2024)" in page
    assert _digest(database) == before
    assert "Sluizen" in main(writer, path("en", "organisations", "rws"))
    room = path("en", "propose", "organisation")
    own = send(writer, room, "submit", title="Dienst Getijden", side="nl", type="agency")
    assert own.status_code == 303, own.text
    body = next(each for each in stored(Proposal) if each.kind == "organisation")
    assert (body.mode, json.loads(body.topics)) == ("own", [])
    assert send(writer, room, "submit", title="Ander", side="vl", type="agency").status_code == 422
    confirm(dutch, body)
    assert "Dienst Getijden" in main(writer, path("en", "organisations", "ORG-001"))
    factories.rebuild(database)
    assert "English Rijkswaterstaat (designated by this side, March 2024)" in main(writer, PUBLIC)


@SQLITE
def test_an_agreed_date_is_moved_by_both_and_stays_visible(
    database: Database,
    writer: WorkClient,
    dutch: WorkClient,
    flemish: WorkClient,
    stored: Stored,
    people: Callable[..., Any],
    browser: Callable[[Any], WorkClient],
) -> None:
    colleague = browser(people("diplomat", side="vl", mandates=[""], id="colleague", organisation="vmm"))
    with database.write() as session:
        said = factories.body("agreement", "Dijken", due={"edtf": "2023-10~/2023-12~", "words": "eind 2023"})
        factories.publish(session.connection(), "dijken", said, *factories.BOTH)
    room, public = path("en", "move", "agreement/NLVL-2023-002"), path("en", "agreements", "NLVL-2023-002")
    before = _digest(database, "NLVL-2023-002")
    typed = {"reason": "De vergunning is later.", "asked_by": "vl", "agreed_on": "maart 2023", "language": "nl"}
    assert "The date as it holds now" in main(flemish, room)
    for wrong, told in (
        ({"new": "ooit"}, "This date cannot be read"),
        ({"new": "eind 2023"}, "This is the date that holds already."),
        ({"new": "2030", "agreed_on": "2040"}, "This day is yet to come"),
        ({"new": "2030", "asked_by": ""}, "field"),
    ):
        answer = send(flemish, room, "submit", **(typed | wrong))
        assert (answer.status_code, told in answer.text, "De vergunning is later." in answer.text) == (422, True, True)
    slow = writer.get(room)
    quick = send(flemish, room, "submit", **typed, new="zomer 2026", reason_other="The permit is late.")
    assert quick.status_code == 303, quick.text
    assert "Read as: 1 June 2026 to" in main(flemish, quick.location.partition("?")[0])
    other = send(writer, room, "submit", **typed, new="2029", reason_other="The permit.")
    (first, second) = sorted(stored(Proposal), key=lambda each: each.side, reverse=True)
    assert (first.mode, second.mode, json.loads(first.topics)) == ("joint", "joint", ["water"])
    shown = main(dutch, path("en", "review", first.id))
    for told in ("Moved date: English Dijken", "eind 2023", "added: zomer 2026", "added: De vergunning is later."):
        assert told in shown
    confirm(dutch, first)
    assert "zomer 2026" not in main(writer, public)
    confirm(flemish, first, 404)  # nobody confirms what they wrote
    confirm(colleague, first)
    page = main(writer, public)
    for told in ("agreed: English eind 2023", "moved to summer 2026", "at the request of Flanders"):
        assert told in page
    assert "confirmed by both sides" in page
    assert "The permit is late." in page
    assert _digest(database, "NLVL-2023-002") == before
    assert confirm(colleague, second, 409)  # it moves a date that no longer holds
    late = send(writer, slow, "submit", **typed, new="eind 2027")
    assert late.status_code == 422
    assert "it was moved meanwhile" in late.text
    assert 'value="eind 2027"' in late.text
    assert send(writer, late, "submit").status_code == 303
    assert other.status_code == 303
    core = json.loads(next(each for each in stored(Proposal) if "eind 2027" in each.core).core)
    assert core["body"]["old"]["edtf"] == "2026-22"
    with database.public() as connection:
        dated = {each.doc.record: each for each in events.dated(connection, "en", None)}
    assert (dated["dijken"].edtf, dated["dijken"].words) == ("2026-22", "summer 2026")
    with database.read() as session:
        assert chain.verify(session.connection()) == []


@SQLITE
def test_the_date_of_a_national_measure_is_moved_by_its_own_side(
    database: Database, writer: WorkClient, dutch: WorkClient, flemish: WorkClient, stored: Stored
) -> None:
    with database.write() as session:
        said = factories.body(
            "action", "Meetnet", character="national", side="nl", due={"edtf": "2023", "words": "2023"}
        )
        factories.publish(session.connection(), "meetnet", said, factories.NL)
    room, public = path("en", "move", "action/ACT-2023-001"), path("en", "actions", "ACT-2023-001")
    typed = {"new": "2027", "reason": "Later.", "asked_by": "nl", "agreed_on": "maart 2023", "language": "nl"}
    assert flemish.get(room).status_code == 404
    assert send(writer, room, "submit", **typed).status_code == 303
    assert [each.mode for each in stored(Proposal)] == ["own"]
    confirm(flemish, stored(Proposal)[0], 404)
    confirm(dutch, stored(Proposal)[0])
    page = main(flemish, public)
    for told in ("agreed: English 2023", "moved to 2027", "confirmed by the Netherlands"):
        assert told in page
    for browser, offered in ((dutch, True), (flemish, False)):  # where a report is written, too
        form = browser.get(path("en", "report", "action/ACT-2023-001")).text
        assert ("holds now: “2027”." in form, f'href="{room}"' in form) == (True, offered)


@SQLITE
def test_a_side_proposes_only_what_is_its_own_and_names_only_what_is_published(database: Database) -> None:
    """What the forms do not offer, the rule refuses by itself."""
    author = Person("a", "nl", "a", "rws", "nl", frozenset({"coordinator"}))
    theirs = factories.designation("agreement/sluizen", factories.VL, "vmm", "2024")
    gone = factories.designation("agreement/sluizen", factories.NL, "nowhere", "2024")
    bare = factories.body("agreement", "Zonder bron")
    with database.read() as session:
        for part, field in ((theirs, "side"), (gone, "organisation"), (bare, "source_1")):
            with pytest.raises(FieldError) as refused:
                proposing.check_record(session, str(getattr(part, "kind")), part, author)  # noqa: B009 - on subclasses
            assert refused.value.field == field


@SQLITE
def test_no_side_makes_its_own_alone_what_is_of_both_or_of_the_other(database: Database) -> None:
    author = Person("a", "nl", "a", "rws", "nl", frozenset({"coordinator"}))
    joint, flemish, dutch = (
        factories.body("action", "Meten", **said)
        for said in ({}, *({"character": "national", "side": side} for side in ("vl", "nl")))
    )
    with database.write() as session:
        for record, said in (("samen", joint), ("vlaams", flemish), ("hollands", dutch)):
            factories.publish(session.connection(), record, said)
        modes = [
            proposing.check_record(session, "action", dutch, author, proposing.public(session, "action", record)).value
            for record in ("samen", "vlaams", "hollands")
        ]
    assert modes == ["joint", "joint", "own"]


def _digest(database: Database, reference: str = REFERENCE) -> str:
    with database.public() as connection:
        return read.published(connection, "nl", "agreement", reference).hash


@SQLITE
def test_every_form_opens_and_keeps_what_it_cannot_read(writer: WorkClient, stored: Stored, dutch: WorkClient) -> None:
    measure = {"title": "Iets", "summary": "Kort.", "character": "national", "topics": ["water"]}
    answer = send(writer, path("en", "propose", "action"), "submit", **measure, agreements="Sluizen")
    assert answer.status_code == 303, answer.text
    report = {"title": "Rapport", "type": "report", "word": "both", "publisher": "rws", "date": "2024"}
    refused = send(writer, path("en", "propose", "source"), "submit", **report, url="nergens")
    assert "This is not a web address" in refused.text
    assert 'value="nergens"' in refused.text
    assert send(writer, refused, "submit", url="").status_code == 303
    action, source = sorted(stored(Proposal), key=lambda each: each.kind)
    assert (action.mode, source.mode) == ("own", "joint")
    assert json.loads(action.core)["body"]["agreements"] == ["sluizen"]
    late = writer.get(path("en", "propose", f"draft/{source.draft_id}"))
    send(writer, late, "save", title="Eerste")
    stale = send(writer, late, "save", title="Tweede")
    assert stale.status_code == 409
    assert "Eerste" in stale.text
    assert "Tweede" in stale.text
    confirm(dutch, action)
    assert "Iets" in main(writer, path("en", "actions", "ACT-001"))
    assert dutch.get(path("en", "propose", "action/ACT-001")).status_code == 200


@SQLITE
def test_a_joint_report_can_be_answered_with_ones_own_reading(
    app: Flask, writer: WorkClient, flemish: WorkClient, stored: Stored,
    queries: Callable[[Flask], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    room = path("en", "report", f"agreement/{REFERENCE}")
    send(writer, room, "submit", mode="joint", status="ongoing", text="Wij meten samen.", as_of="2025", language="nl")
    (proposal,) = stored(Proposal)
    page = flemish.get(path("en", "review", proposal.id)).text
    address = path("en", "report", f"agreement/{REFERENCE}", reading=proposal.id)
    assert f'href="{address}"' in page
    own = flemish.get(address)
    assert "Wij meten samen." in own.text
    sent = send(flemish, own, "submit", text="Wij meten zelf.")
    assert sent.status_code == 303
    assert sorted(each.mode for each in stored(Proposal)) == ["joint", "own"]
    assert flemish.get(path("en", "report", f"agreement/{REFERENCE}", reading="nothing")).status_code == 404
    for number in range(3):
        send(writer, NEW, "submit", **(AGREEMENT | {"title": f"Nieuw {number}"}))
    for address in (path("en", "review"), path("en", "desk")):
        with queries(app) as made:
            flemish.get(address)
        assert len(made) <= 14, (address, len(made))
