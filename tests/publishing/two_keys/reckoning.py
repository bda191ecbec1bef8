"""The ledger against the deeds: every entry must follow from what people did, and everything they did must show."""

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session, col

from register.ledger import chain, projection
from register.ledger.tables import card, evidence_file, publication, wording
from register.models import Proposal, TurnedKey
from tests.publishing.two_keys import law
from tests.publishing.two_keys.afterwards import Afterwards
from tests.publishing.two_keys.desks import BESIDE, PEOPLE, TOPICS
from tests.publishing.two_keys.law import Text


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
            connection = session.connection()
            rows = connection.execute(select(publication)).all()
            for row in rows:
                if row.kind == "agreement":
                    self._document(connection, row, json.loads(row.header))
        self.last = len(rows)
        for text in self.texts.values():
            text.told = text.word  # it came with a translation

    def settle(self) -> None:
        """Judge the entries that came since; then what should have come and did not."""
        with self.database.read() as session:
            connection = session.connection()
            new = connection.execute(select(publication).where(publication.c.seq > self.last)).all()
            for row in sorted(new, key=lambda row: row.seq):
                self._entry(connection, row)
            self.last += len(new)
            if new:
                assert chain.verify(connection) == []
                self._standings(connection)
                self._wordings(connection)
            states: dict[str, str] = {
                row[0]: row[1] for row in session.execute(select(col(Proposal.id), col(Proposal.state)))
            }
            for text in self.texts.values():
                if text.state == "waiting" and text.complete:
                    self._overdue(text, states[text.id])
            self._keys(session)
        self._watch_readings()

    def _keys(self, session: Session) -> None:
        """A key stands as long as its text: an edit or a refusal voids it, and a translation never does."""
        wanted = select(col(TurnedKey.proposal_id), col(TurnedKey.side), col(TurnedKey.account_id))
        standing: dict[str, dict[str, str]] = {}
        for row in session.execute(wanted.where(col(TurnedKey.void_at).is_(None))):
            standing.setdefault(row[0], {})[row[1]] = row[2]
        for text in self.texts.values():
            if text.author and text.state != "erased":
                mine = {one: who for one, (who, _day) in text.keys.items()}
                kept = mine if text.state not in ("void", "returned") else {}
                assert standing.get(text.id, {}) == kept, f"{text.word} is {text.state}"

    def _wordings(self, connection: Any) -> None:
        """How each translation is called: agreed or working as it was confirmed, out of date once the text changed."""
        rows = connection.execute(select(wording).where(wording.c.pub_to.is_(None), wording.c.gone_from.is_(None)))
        by_seq = {text.seq: text for text in self.texts.values() if text.seq}
        for row in rows:
            text = by_seq.get(row.seq)
            if text is None or text.state == "erased":
                continue
            own = [each for each in self.translations.values() if each.of is text and each.state == "public"]
            if own:
                last = max(own, key=lambda each: each.seq)
                said = {"agreed" if last.needs == law.BOTH else "working"}
            else:
                said = {"working"} if text.told else {"outdated"} if self._told_before(text) else {"missing"}
            if not own and text.kind in ("organisation", "source"):  # they have a title only, and that was changed
                said = {"missing"}
            assert row.standing in said, f"{text.word}: {row.standing}"

    def _told_before(self, text: Text) -> bool:
        """Whether the versions before a text had a translation, of which what did not change is shown still."""
        same = [each for each in self.texts.values() if (each.kind, each.about) == (text.kind, text.about)]
        before = next((each for each in same if text.version > 1 and each.version == text.version - 1), None)
        if before is None or text.kind in BESIDE or before.state == "erased":
            return False
        own = any(each.of is before and each.state == "public" for each in self.translations.values())
        return own or bool(before.told) or self._told_before(before)

    def _overdue(self, text: Text, state: str) -> None:
        """A text with all its keys waits for its embargo, or has gone back since another version came before it."""
        if state == "returned":
            assert text.embargo is not None
            assert text.embargo <= self.now
            text.state = "returned"
            return
        assert text.embargo is not None, f"{text.word} has its keys and is not public"
        assert state == "embargoed"

    def _entry(self, connection: Connection, row: Row[Any]) -> None:
        header = json.loads(row.header)
        names = [name for name in PEOPLE if name in row.header]
        assert not names, "people are not named"
        if row.entry == "document":
            self._document(connection, row, header)
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

    def _document(self, connection: Connection, row: Row[Any], header: dict[str, Any]) -> None:
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
        assert self._in_view(text), f"what {text.word} is about, or names, is not in view"
        kept = select(evidence_file.c.sha256).where(evidence_file.c.seq == row.seq)
        assert set(connection.scalars(kept)) == text.files, "a text comes with the files that it names"
        assert text.embargo is None or text.embargo <= self.now, "not before its embargo ends"
        assert {key["side"] for key in header["confirmations"]} == text.needs
        assert {key["digest"] for key in header["confirmations"]} == {text.digest}
        assert len({who for who, _ in text.keys.values()} - {text.author}) == len(text.needs)
        text.state, text.seq, text.version, text.reference = "public", row.seq, row.version, row.reference
        self.keep(text)

    def _in_view(self, text: Text) -> bool:
        """Whether what a text is about, changes or names is in view: each by its last version, if there is any."""
        kind = "agreement" if text.kind in BESIDE else text.kind
        return all(self._seen(*about) for about in {(kind, text.about), *(("agreement", each) for each in text.names)})

    def _seen(self, kind: str, record: str) -> bool:
        made = [each for each in self.texts.values() if (each.kind, each.about) == (kind, record)]
        versions = [each for each in made if each.version]
        return not versions or max(versions, key=lambda each: each.version).seen

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
        assert text.of is None or text.of.seen, "nobody translates what is out of view"
        assert text.of is None or text.of.kind in BESIDE or self._last(text.of), "nor what was changed meanwhile"
        assert text.state == "waiting"
        text.state, text.seq = "public", row.seq
        if row.kind == "agreement":
            self.founded.add(row.record)

    def _last(self, text: Text) -> bool:
        same = [each.version for each in self.texts.values() if (each.kind, each.about) == (text.kind, text.about)]
        return text.version == max(same)

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
        shown = {text.word for text in seen} | {text.told for text in seen if text.told}
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
