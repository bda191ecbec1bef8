"""The ledger against the deeds: every entry must follow from what people did, and everything they did must show."""

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from register.ledger import chain, projection
from register.ledger.tables import card, publication
from register.models import Proposal
from tests.publishing.two_keys import law
from tests.publishing.two_keys.afterwards import Afterwards
from tests.publishing.two_keys.desks import BESIDE, PEOPLE, TOPICS
from tests.publishing.two_keys.law import Text
from tests.publishing.two_keys.surfaces import MARKER


class Reckoning(Afterwards):
    """Both sides at work, with their books."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.last = 0
        self.differing: dict[str, date] = {}  # of a record: since when the sides' own statuses differ
        self.founded: set[str] = set()  # records of which a side's text was published, or anything taken back

    def open(self) -> None:
        """Take what is published already as it is."""
        with self.database.read() as session:
            self.last = len(session.connection().execute(select(publication.c.seq)).all())

    def settle(self) -> None:
        """Judge the entries that came since; then what should have come and did not."""
        with self.database.read() as session:
            connection = session.connection()
            new = connection.execute(select(publication).where(publication.c.seq > self.last)).all()
            for row in sorted(new, key=lambda row: row.seq):
                self._entry(row)
            self.last += len(new)
            if new:
                assert chain.verify(connection) == []
                self._standings(connection)
            states: dict[str, str] = {
                row[0]: row[1] for row in session.execute(select(col(Proposal.id), col(Proposal.state)))
            }
        for text in self.texts.values():
            if text.state == "waiting" and text.complete:
                self._overdue(text, states[text.id])
        self._watch_readings()

    def _overdue(self, text: Text, state: str) -> None:
        """A text with all its keys waits for its embargo, or has gone back since another version came before it."""
        if state == "returned":
            assert text.embargo is not None
            assert text.embargo <= self.now
            text.state = "returned"
            return
        assert text.embargo is not None, f"{text.word} has its keys and is not public"
        assert state == "embargoed"

    def _entry(self, row: Row[Any]) -> None:
        header = json.loads(row.header)
        names = [name for name in PEOPLE if name in row.header]
        assert not names, "people are not named"
        if row.entry == "document":
            self._document(row, header)
        elif row.entry == "translation":
            self._translation(row, header)
        elif row.entry in ("withdrawal", "hiding", "unconfirming", "redaction"):
            assert (row.entry, header["target"]) in self.entered
        elif row.entry == "showing":
            text = next(each for each in self.texts.values() if each.seq == header["target"])
            assert text.hidden is not None
            assert text.hidden <= self.today
            text.hidden = None
        elif row.entry == "readings_differ":
            assert law.weekdays(self.differing[row.record], self.today) >= 10, "ten working days' notice"
        elif row.entry == "response_asked":
            assert law.weekdays(date.fromisoformat(header["since"]), self.today) >= 30
            assert any(
                day.isoformat() == header["since"] and header["side"] in text.needs - text.keys.keys()
                for text in self.texts.values()
                for _, day in text.keys.values()
            ), "a side is asked once the other one has confirmed"
        else:
            assert row.entry in ("pause", "pause_ended", "response_closed"), row.entry

    def _document(self, row: Row[Any], header: dict[str, Any]) -> None:
        if not header["confirmations"]:
            assert row.basis != "confirmed"
            assert row.record not in self.founded, "the seed changes nothing that people changed"
            assert row.kind == "agreement"
            word = json.loads(row.document)["body"]["title"].split()[-1]
            made = Text(
                word, word, "agreement", row.record, "", "", law.BOTH, TOPICS[row.record], header["document"],
                state="public", seq=row.seq, version=row.version, reference=row.reference,
            )  # fmt: skip
            self.texts[word] = made
            return
        text = next(each for each in self.texts.values() if each.digest == header["document"])
        assert hashlib.sha256(row.document.encode()).hexdigest() == text.digest
        assert text.word in row.document
        assert text.state == "waiting", f"{text.word} is {text.state}"
        assert text.complete, f"{text.word} lacks the key of {text.needs - text.keys.keys()}"
        assert self._public_record(text), f"what {text.word} is about is not in view"
        assert text.embargo is None or text.embargo <= self.now, "not before its embargo ends"
        assert {key["side"] for key in header["confirmations"]} == text.needs
        assert {key["digest"] for key in header["confirmations"]} == {text.digest}
        assert len({who for who, _ in text.keys.values()} - {text.author}) == len(text.needs)
        text.state, text.seq, text.version, text.reference = "public", row.seq, row.version, row.reference
        self.keep(text)

    def _public_record(self, text: Text) -> bool:
        """Whether what a text is about, or changes, is in view: by its last version, if people made any."""
        kind = "agreement" if text.kind in BESIDE else text.kind
        made = [each for each in self.texts.values() if (each.kind, each.about) == (kind, text.about) and each.version]
        return not made or max(made, key=lambda each: each.version).seen

    def keep(self, text: Text) -> None:
        """People have changed this record, or taken it back: the seed must leave it alone."""
        if text.kind == "agreement":
            self.founded.add(text.about)

    def _translation(self, row: Row[Any], header: dict[str, Any]) -> None:
        (said,) = header["translations"].values()
        text = next(each for each in self.translations.values() if each.digest == said)
        assert text.complete
        assert {key["side"] for key in header["confirmations"]} == text.needs
        assert {key["digest"] for key in header["confirmations"]} == {said}
        assert text.of is None or text.of.seq == header["target"]
        text.state, text.seq = "public", row.seq
        if row.kind == "agreement":
            self.founded.add(row.record)

    def _standings(self, connection: Any) -> None:
        """Jointly confirmed is only what both confirmed in one text that stands."""
        joint = {
            text.about
            for text in self.texts.values()
            if text.seen and text.kind == "update" and text.status and text.word_of == law.BOTH and text.keys
        }
        rows = connection.execute(select(card).where(card.c.pub_to.is_(None), card.c.confirmation == "joint"))
        for row in rows:
            own = [text for text in self.texts.values() if text.seq == row.seq]
            both = bool(own) and own[0].keys.keys() == law.BOTH and not own[0].back and row.status == "unknown"
            assert row.record in joint or both or row.kind not in ("agreement", "action", "session"), row.record

    def _watch_readings(self) -> None:
        """Since when the last own reports of both sides differ: the earliest day that a notice could begin."""
        for record in {text.about for text in self.texts.values() if text.kind == "update"}:
            said: dict[str, set[str]] = {}
            for text in self.texts.values():
                if text.about == record and text.seen and text.status:
                    for one in text.word_of:
                        said.setdefault(one, set()).add(text.status)
            if len(said) == 2 and len(said["nl"] | said["vl"]) > 1:
                self.differing.setdefault(record, self.today)
            else:
                self.differing.pop(record, None)

    def visible(self) -> set[str]:
        """The markers that the public may see.

        Words of a translation stay with the texts that a next version leaves as they were.
        """
        seen = [text for text in self.texts.values() if text.seen]
        shown = {text.word for text in seen}
        for text in self.texts.values():  # a reference stays, and of a body or a source it has words of its title
            shown |= set(MARKER.findall(text.reference))
        for told in self.translations.values():
            of = told.of
            if told.seen or (
                told.state == "public"
                and of is not None
                and any((each.kind, each.about) == (of.kind, of.about) and each.version > of.version for each in seen)
            ):
                shown.add(told.word)
        return shown

    def rebuilt(self) -> None:
        """Make the projection anew: nothing may change by it."""
        with self.database.write() as session:
            before = projection.snapshot(session.connection())
            projection.rebuild(session.connection())
            after = projection.snapshot(session.connection())
        assert before == after
