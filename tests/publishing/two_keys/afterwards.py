"""What people do with a text once it was submitted or published: move its embargo, take it back, translate it.

Besides that: notes and pauses. Each deed is judged at once by what the law allows, as in `desks`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, inspect, literal_column, select, table
from sqlmodel import Session, col

from register import i18n
from register.errors import FieldError, NotHere, Refused
from register.guards import people
from register.ledger import projection
from register.ledger.canonical import digest
from register.ledger.tables import evidence_file
from register.models import EmbargoChange, Proposal, Translation
from register.notes import queries as noted
from register.notes import service as notes
from register.pauses import service as pauses
from register.publishing import redacting, withdrawing
from register.review import service as review
from register.translating import queries as told
from register.translating import service as translating
from register.withdrawals import service as withdrawals
from register.words.people import Visibility
from register.words.taking import Ground, Taking
from register.words.vocabulary import Standing
from tests.publishing.two_keys import law
from tests.publishing.two_keys.desks import Desks
from tests.publishing.two_keys.law import Text
from tests.publishing.two_keys.surfaces import WORD


def _tables(session: Session) -> list[Select[Any]]:
    """Everything in the database."""
    found = inspect(session.connection()).get_table_names()
    return [select(literal_column("*")).select_from(table(name)) for name in found]


def _holds(value: Any, word: str) -> bool:
    return word in (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


class Afterwards(Desks):
    """Both sides at work, also on what was submitted or published."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.moves: dict[str, tuple[str, datetime | None, str]] = {}  # of a text: change, new moment, who asked
        self.requests: dict[str, tuple[Text, str]] = {}  # of a withdrawal that waits: the text, and the side that asked
        self.entered: set[tuple[str, int]] = set()  # entries and targets that the law allows
        self.translations: dict[str, Text] = {}
        self.paused: dict[str, int] = {}

    # --- embargoes ---

    def ask_embargo(self, text: Text, who: str, hours: int | None) -> None:
        """Ask for another moment, or for none."""
        until = self.now + timedelta(hours=hours) if hours else None
        own = len(text.needs) == 1 and who == text.author and who not in self.law.removed
        allowed = own or self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                review.ask_embargo(*self.trail(session, who), text.id, until)
                session.flush()
                change = session.scalars(select(EmbargoChange).filter_by(proposal_id=text.id, state="asked")).one()
                self.moves[text.id] = change.id, until, who
        except NotHere:
            assert not (allowed and text.embargo and text.complete and text.state == "waiting" and not text.seq)
        else:
            assert allowed
            assert text.complete

    def agree_embargo(self, text: Text, who: str) -> None:
        """Agree to what was asked last; what is lifted is published at once."""
        if text.id not in self.moves:
            return
        change, until, asker = self.moves[text.id]
        theirs = law.side(who) != law.side(asker) if len(text.needs) == 2 else who != asker
        allowed = theirs and self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                review.agree_embargo(*self.trail(session, who), text.id, change)
        except NotHere:
            return
        assert allowed
        del self.moves[text.id]
        text.embargo = until or self.now

    # --- taking back ---

    def take(self, text: Text, who: str, what: Taking, ground: str) -> None:
        """Take a public text back, or ask the other side to agree."""
        mine = law.side(who)
        allowed = self.law.may_take(text, who, self.today)
        try:
            with self.database.write() as session:
                found = withdrawing.target(session, text.kind, text.reference, text.version)
                made = withdrawals.take(*self.trail(session, who), found, what, "Zo is het", ground)
                session.flush()
                state, row, until = made.state, made.id, withdrawals.until(self.now)
        except NotHere:
            assert not allowed or text.state in ("gone", "erased")
            return
        except FieldError:
            return
        assert allowed
        assert text.state == "public"
        if state == "asked":
            assert what is Taking.WITHDRAWN
            assert len(text.word_of) == 2, "what is one side's own it withdraws alone"
            self.requests[row] = text, mine
            return
        if what is Taking.WITHDRAWN:
            assert text.word_of == {mine}, "what is of both takes both"
            self._gone(text, "withdrawal")
        elif what is Taking.UNCONFIRMED:
            assert len(text.word_of) == 2
            text.back.add(mine)
            self.entered.add(("unconfirming", text.seq))
        else:
            assert ground in ("privacy", "security")
            assert mine not in text.hid, "once for each side"
            assert law.weekdays(self.today, until) >= 10
            text.hid.add(mine)
            text.hidden = until
            self.entered.add(("hiding", text.seq))

    def answer(self, row: str, who: str, act: str) -> None:
        """Agree to what was asked, decline it, or drop it."""
        text, asker = self.requests[row]
        mine = law.side(who)
        allowed = self.law.may_take(text, who, self.today) and (mine == asker) == (act == "drop")
        try:
            with self.database.write() as session:
                withdrawals.answer(*self.trail(session, who), row, act, "Goed")
        except (NotHere, FieldError):
            return
        assert allowed
        del self.requests[row]
        if act == "agree":
            self._gone(text, "withdrawal")

    def redact(self, text: Text) -> None:
        """The operator erases a text: only one that stands withdrawn, and then it stands nowhere any more."""
        rows: list[Any] = []
        try:
            with self.database.write() as session:
                gone = redacting.redact(session, text.seq, Ground.PRIVACY)
                projection.rebuild(session.connection())
                rows = [each for wanted in _tables(session) for each in session.execute(wanted)]
        except Refused:
            assert text.state != "gone"
            return
        assert text.state == "gone"
        self.entered |= {("redaction", seq) for seq in gone}
        words = {text.word, text.told} - {""} | {each.word for each in self.translations.values() if each.of is text}
        self._erased(text)
        left = [word for word in words for row in rows if any(_holds(value, word) for value in row)]
        assert not left, f"{left} are erased"

    def _erased(self, text: Text) -> None:
        """What was on its way with a text is erased with it: other texts of its draft, changes of it, translations."""
        with self.database.read() as session:
            left = {*session.scalars(select(col(Proposal.id))), *session.scalars(select(col(Translation.id)))}
        for each in [*self.texts.values(), *self.translations.values()]:
            if each.id not in left and each.author and each.state != "erased":
                theirs = each is text or each.of is text or each.state != "public"
                assert theirs, f"{each.word} is public, and erased with {text.word}"
                each.state = "erased"
        text.state = "erased"

    def _gone(self, text: Text, entry: str) -> None:
        self.entered.add((entry, text.seq))
        text.state = "gone"

    # --- translations ---

    def translate(self, text: Text, who: str, agreed: bool) -> str:
        """Write a translation of a published text and submit it; gives its id, or nothing."""
        word, standing = self.marker(), Standing.AGREED if agreed else Standing.WORKING
        try:
            with self.database.write() as session:
                _trail, account = self.trail(session, who)
                person = people.person(session, account, self.today)
                about = told.text(session, "nl", text.kind, text.reference)
                assert about.seq == text.seq or text.version
                mine = told.mine(session, person, about)  # what was sent back is written anew
                made = translating.Made(f"form-{word}", str(about.seq), str(mine.version) if mine else "")
                if mine:
                    made = made._replace(key=mine.key)
                typed = {part.path: f"{WORD} {word}" for part in about.parts}
                row = translating.save(session, person, about, made, standing, typed, self.now)
                translating.submit(session, row, about, self.now)
                needs = law.BOTH if agreed else frozenset({law.side(who)})
                of = next((each for each in self.texts.values() if each.seq == about.seq), None)
                self.translations[row.id] = Text(
                    id=row.id, word=word, kind="translation", about=text.about, side=law.side(who), author=who,
                    needs=needs, topics=about.topics, digest=digest(row.frozen), of=of,
                )  # fmt: skip
                return row.id
        except (NotHere, FieldError, translating.Stale):
            self.secret.add(word)
            return ""

    def confirm_translation(self, text: Text, who: str, of: str) -> None:
        """Turn a key on a translation."""
        allowed = self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                translating.confirm(*self.trail(session, who), text.id, of)
        except NotHere:
            assert not allowed or text.state == "erased"
        except FieldError:
            pass
        else:
            assert allowed
            assert of == text.digest
            turned = text.keys.get(law.side(who))
            assert turned is None or turned[0] == who
            text.keys.setdefault(law.side(who), (who, self.today))

    def return_translation(self, text: Text, who: str) -> None:
        """Send a translation back; its author may write it anew."""
        allowed = self.law.may_turn(text, who, self.today)
        try:
            with self.database.write() as session:
                translating.send_back(*self.trail(session, who), text.id, "Klopt niet")
        except (NotHere, FieldError):
            assert not allowed or text.state != "waiting"
        else:
            assert allowed
            assert text.state == "waiting"
            text.state = "returned"

    # --- beside it ---

    def note(self, who: str, reference: str, both: bool) -> None:
        """Write a note beside a record."""
        word = self.marker(secret=True)
        with self.database.write() as session:
            trail, account = self.trail(session, who)
            person = people.person(session, account, self.today)
            about = noted.record(session, "nl", "agreement", reference)
            visibility = Visibility.BOTH if both or law.side(who) == "joint" else Visibility.OWN
            notes.write(trail, account, person, about, visibility, f"{WORD} {word}", True)

    def pause(self, who: str, days: int) -> None:
        """A side declares a pause from today, or ends the one that it has."""
        mine = law.side(who)
        if mine not in law.BOTH:
            return
        try:
            with self.database.write() as session:
                trail, account = self.trail(session, who)
                if mine in self.paused:
                    pauses.end(trail, account, str(self.paused.pop(mine)))
                else:
                    ends = (self.today + timedelta(days=days)).isoformat()
                    self.paused[mine] = pauses.declare(trail, account, self.today.isoformat(), ends, "elections")
        except (FieldError, NotHere):
            pass

    def served(self) -> list[str]:
        """The addresses of all files that were ever published."""
        with self.database.read() as session:
            names = session.scalars(select(evidence_file.c.name)).all()
        return [i18n.path("nl", "files", name) for name in names]
