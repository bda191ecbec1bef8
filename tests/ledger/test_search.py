"""Words to what is found: stems, accents, synonyms, the same on both databases."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from register.db import Database
from register.errors import BadParameter
from register.ledger import filters, lists, query, search, stems
from register.ledger.filters import Listing
from register.ledger.query import Wanted, Way
from tests import factories
from tests.factories import body, found, publish


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("nl", "afspraken", "afspraak"),
        ("nl", "lozingen", "lozing"),
        ("nl", "gemeentelijke", "gemeentelijk"),
        ("nl", "coördinatie", "coordinatie"),  # the Dutch stemmer drops umlauts and acute accents by itself
        ("en", "agreements", "agreement"),
        ("en", "discharging", "discharge"),
        ("en", "rivers", "river"),
    ],
)
def test_a_word_and_its_inflection_have_one_stem(language: str, one: str, other: str) -> None:
    assert stems.stem(language, one) == stems.stem(language, other)


PLURALS = """haven havens; motie moties; bedrijf bedrijven; fiets fietsen; stof stoffen; waterschap waterschappen;
brief brieven; huis huizen; grens grenzen; advies adviezen; overstroming overstromingen; plan plannen; schoon schone;
maatregel maatregelen; provincie provincies"""


@pytest.mark.parametrize("words", PLURALS.split(";"))
def test_a_word_finds_its_plural_and_is_found_by_it(words: str) -> None:
    one, other = words.split()
    for said, stands in ((one, other), (other, one)):
        (wanted,) = query.query("nl", query.typed(said), {"nl": query.Synonyms("nl", [])})
        assert {way.stems[0] for way in wanted.ways} & set(stems.forms("nl", stands)), (said, stands)


def test_the_languages_have_stems_of_their_own() -> None:
    assert stems.stem("nl", "bruggen") != stems.stem("en", "bruggen")


def test_tokens_hold_each_word_as_it_is_and_without_accents_once() -> None:
    assert stems.tokens("nl", ["Dépôt, dépôt!", "PFAS-lozing"]) == [*("depôt", "depot", "dépôt"), *("pfas", "lozing")]
    assert stems.tokens("en", ["Coördination"]) == ["coördin", "coordin", "coördination", "coordination"]
    assert stems.tokens("nl", ["… – ’"]) == []


def test_words_typed_with_loose_accents_are_the_same() -> None:
    assert stems.split("coo\u0308rdinatie") == stems.split("coördinatie") == ["coördinatie"]


FOUND = {
    # what is typed: which of the agreements below it finds, in Dutch
    "rivieren": ["rivier"],
    "RIVIEREN": ["rivier"],
    "rivier schelde": ["rivier"],
    "schelde rivier": ["rivier"],
    "rivier maas": [],
    "façade": ["accent"],
    "facade": ["accent", "kaal"],
    "fac\u0327ade": ["accent"],
    "coordinatie": ["accent"],
    "pfas": ["pfas"],
    "poly- en perfluoralkylstoffen": ["pfas"],  # by the glossary
    "perfluoralkylstoffen": [],
    "forever chemicals": ["pfas"],
    "minder forever chemicals": ["pfas"],
    "2023": ["getal"],
    "e.e.g.": ["punten"],
    "één": ["punten"],
    "rivier OR pfas": [],
    "rivier*": ["rivier"],
    '"rivier"': ["rivier"],
    "NOT rivier": [],
    "rivier -schelde": [],
    "-schelde pfas": ["pfas"],
    "water -“minder pfas”": ["rivier"],
    "rivier - schelde": ["rivier"],  # a hyphen by itself is between words
    "façade -teken": ["accent"],
    '"rivier de schelde"': ["rivier"],
    '"rivieren de schelde"': ["rivier"],  # stems, in this order
    '"schelde rivier"': [],
    '"schelde wie"': [],  # not from the one text into the next
    '"de schelde" vaart': ["rivier"],
    '"pfas"': ["pfas"],
    '"forever chemicals"': [],  # a phrase stands for itself
    "riv*": ["rivier"],
    "fac*": ["accent", "kaal"],
    "rivieren de schel*": ["rivier"],
    "coördinati*": ["accent"],  # as it stands, though the stem is shorter
    "perfluoralkylstof*": [],
    "faç*": ["accent"],
    "NLVL-2023-004": ["pfas"],
    "nlvl-2023-004.": ["pfas"],
    "nlvl 2023 004": ["pfas"],
    "'; DROP TABLE card; --": [],
    "words_agreement_nl:rivier": [],
    "(((": [],
    "…": [],
    "\\ & | ! <-> :": [],
}
AGREEMENTS = {
    "rivier": ("Rivier de Schelde", "Wie er vaart op water."),
    "accent": ("Façade en coördinatie", "Samen."),
    "kaal": ("Facade zonder teken", "Zo ook."),
    "pfas": ("Minder PFAS", "In water."),
    "getal": ("Doel voor 2023", "Zo veel."),
    "punten": ("E.E.G. en één loket", "Voor velen."),
}


def fill(database: Database) -> None:
    with database.write() as session:
        connection = session.connection()
        synonyms = {"nl": ["poly- en perfluoralkylstoffen"], "en": ["forever chemicals"]}
        publish(connection, "pfas", body("term", "PFAS", synonyms=synonyms))
        for record, (title, summary) in AGREEMENTS.items():
            publish(connection, record, body("agreement", title, summary=summary))


def test_what_words_find(database: Database) -> None:
    fill(database)
    references = {record: f"NLVL-2023-{number:03d}" for number, record in enumerate(AGREEMENTS, 1)}
    with database.public() as connection:
        told = {said: found(connection, said) for said in FOUND}
    assert told == {said: [references[record] for record in records] for said, records in FOUND.items()}


def test_each_language_has_its_own_words(database: Database) -> None:
    fill(database)
    with database.public() as connection:
        assert found(connection, "english", "nl") == []
        assert len(found(connection, "english", "en")) == len(AGREEMENTS)


def test_only_the_current_version_is_found(database: Database) -> None:
    fill(database)
    with database.write() as session:
        publish(session.connection(), "rivier", body("agreement", "Brug over de Schelde"))
    with database.public() as connection:
        assert found(connection, "rivier") == []
        assert found(connection, "brug") == ["NLVL-2023-001"]


def test_a_changed_term_means_something_else_from_then_on(database: Database) -> None:
    fill(database)
    with database.write() as session:
        publish(session.connection(), "pfas", body("term", "PFAS", synonyms={"nl": ["eeuwige stoffen"]}))
    with database.public() as connection:
        assert found(connection, "forever chemicals") == []
        assert found(connection, "eeuwige stoffen") == ["NLVL-2023-004"]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=filters.LONGEST)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=WORDS)
def test_any_words_are_a_question_that_the_database_understands(seeded: Database, said: str) -> None:
    for kind in ("agreement", "term"):
        with seeded.public() as connection, suppress(BadParameter):
            lists.page(connection, Listing(kind, "nl", {"q": said}, "title", None, None), factories.TODAY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=WORDS)
def test_a_text_is_found_by_each_of_its_own_words(database: Database, said: str) -> None:
    """Signs that fold, split or fall away do so alike when a text is stored and when it is asked for."""
    with database.owner.connect() as connection:
        search.add(connection, "agreement", 1, {"nl": search.Text("", [said])})
        for word in stems.split(said):
            wanted = [Wanted((Way((stems.stem("nl", word),)),))]
            matching = search.matching(connection.dialect.name, "agreement", "nl", wanted)
            assert connection.execute(matching).scalars().all() == [1], word
        connection.rollback()


def test_the_index_is_as_large_as_what_was_published(seeded: Database) -> None:
    """One row in each language for each version of each kind that is searched."""
    with seeded.read() as session:
        connection = session.connection()
        for kind in search.KINDS:
            versions = connection.scalar(
                text("SELECT count(*) FROM publication WHERE entry = 'document' AND kind = :kind"), {"kind": kind}
            )
            for language in search.LANGUAGES:
                rows = connection.scalar(text(f"SELECT count(*) FROM words_{kind}_{language}"))
                assert rows == versions > 0, kind
