"""Searching all kinds together, and counts beside filters: the same on both databases, and right."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import Connection

from register.db import Database
from register.ledger import finding, lists, query, read, search, sets, stems
from register.ledger.filters import FILTERS, Listing
from tests.factories import BOTH, NL, TODAY, VL, body, publish, report

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
MISSPELT = ("microplasticks", "hoogwaetr", "waterstoof", "zwerfvuill")


def asked(connection: Connection, count: int) -> Iterator[str]:
    """What visitors might type: words of titles by themselves, together, in phrases, begun, and left out."""
    chance = random.Random(7)
    titles = [
        stems.split(row.title_nl) for kind in ("agreement", "session", "term") for row in read.cards(connection, kind)
    ]
    for _ in range(count):
        title = chance.choice([words for words in titles if len(words) > 2])
        one, other = chance.choice(list(pairwise(title)))
        far = chance.choice(title)
        shapes = (one, f"{one} {far}", f'"{one} {other}"', f'"{one} {other}" -{far}', f"{far} -“{one} {other}”")
        yield chance.choice((*shapes, f"{far[:3]}*" if len(far) > 2 else far, f"{one} -{chance.choice(titles)[0]}"))


def answer(connection: Connection, said: str) -> list[object]:
    parts = query.typed(said)
    _, groups = finding.search_all(connection, "nl", parts, TODAY)
    return [
        [(group.kind, group.total, group.narrow, [(hit.card.reference, hit.text.seq) for hit in group.hits])]
        for group in groups
    ] or [finding.near(connection, "nl", parts, sets.current(connection, TODAY))]


def test_both_databases_find_the_same_in_the_same_order(both_seeded: tuple[Database, Database]) -> None:
    with both_seeded[0].public() as one, both_seeded[1].public() as other:
        questions = [*asked(one, 60), *MISSPELT, "WFD", "pellets", "NLVL-2023-014"]
        different = [said for said in questions if answer(one, said) != answer(other, said)]
        assert different == []
        phrases = [said for said in questions if said.startswith('"') and "-" not in said]
        assert phrases
        assert all(answer(one, said)[0] for said in phrases)


def test_it_makes_no_difference_how_much_is_looked_at_first(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded.public() as connection:
        known = sets.current(connection, TODAY)
        wanted = query.query("nl", query.typed("water"), known.synonyms)
        at = search.hits(connection, "nl", wanted, {"agreement": 500})["agreement"]
        assert at.whole
        assert search.within(connection, "nl", "agreement", wanted, at.positions) == at.positions
        assert search.within(connection, "nl", "agreement", wanted, []) == []
        few = search.hits(connection, "nl", wanted, {"agreement": 3})["agreement"]
        assert few == (at.positions[:3], False)

        reported = [said for said in ("energie", "pfas", "waterstof") if "update" in str(answer(connection, said))]
        usual = [answer(connection, said) for said in reported]
        monkeypatch.setattr(finding, "MOST_LATEST", 1)
        assert reported
        assert [answer(connection, said) for said in reported] == usual


@SQLITE
def test_what_comes_near_is_offered(seeded: Database) -> None:
    with seeded.public() as connection:
        known = sets.current(connection, TODAY)
        for said, meant in zip(MISSPELT, ("microplastics", "hoogwater", "waterstof", "zwerfvuil"), strict=True):
            offered = finding.near(connection, "nl", query.typed(said), known)
            assert any(stems.stem("nl", word) == stems.stem("nl", meant) for word in offered), (said, offered)
        assert finding.near(
            connection, "nl", query.typed("overstr"), known
        )  # words of summaries too, and how they begin
        assert "overstromingen" in finding.near(connection, "nl", query.typed("overstomingen"), known)
        for said in ("kwaliteit water maas", "overstromingem", "xyzzy", "pfas schelde ijskoud"):
            offered = finding.near(connection, "nl", query.typed(said), known)
            assert bool(offered) == (said != "xyzzy"), said
            assert all(finding.search_all(connection, "nl", query.typed(one), TODAY)[1] for one in offered), offered
            assert finding.found_of(connection, "nl", [*offered, "xyzzy"], known) == offered
        assert finding.elsewhere(connection, "en", query.typed("overstromingen"), known) == ["nl"]


@SQLITE
@pytest.mark.parametrize(
    "filters",
    [{}, {"status": "ongoing"}, {"topic": "pfas", "status": "unknown"}, {"q": "water", "nature": "intention"}],
)
def test_a_number_beside_a_value_is_that_of_the_list_with_it(seeded: Database, filters: dict[str, str]) -> None:
    with seeded.public() as connection:
        page = lists.page(connection, Listing("agreement", "nl", filters, "reference", None, None), TODAY)
        assert set(page.counts()) == {"topic", *(name for name, words in FILTERS["agreement"].items() if words)}
        for name, counts in page.counts().items():
            for value, count in list(counts.items())[:4]:
                listing = Listing("agreement", "nl", filters | {name: value}, "reference", None, None)
                assert lists.page(connection, listing, TODAY).total == count, (name, value)


def test_sets_that_follow_are_those_that_are_read(database: Database) -> None:
    steps = (
        ("water", body("topic", "Water"), ()),
        ("sluizen", body("agreement", "Sluizen"), ()),
        ("een", report("agreement/sluizen", "ongoing", "2023", NL), (NL,)),
        ("bruggen", body("agreement", "Bruggen", due={"edtf": "2025", "words": "2025"}), BOTH),
        ("een", report("agreement/bruggen", "completed", "2024", VL), (VL,)),
        ("sas", body("term", "Sas", synonyms={"nl": ["sluis"]}), ()),
        ("sluizen", body("agreement", "Alle sluizen", topics=["lucht"]), ()),
    )
    for record, said, keys in steps:
        with database.write() as session:
            publish(session.connection(), record, said, *keys)
        with database.public() as connection:
            followed, anew = sets.current(connection, TODAY), sets._read(connection, TODAY)
            assert _told(followed) == _told(anew), record
            assert followed.synonyms["nl"].alike == anew.synonyms["nl"].alike


def _told(found: sets.Sets) -> dict[object, int]:
    return {(kind, value): bits for kind, of in found.of.items() for value, bits in of.items() if bits}
