"""Long histories of two sides: what they may try, in any order, and what must hold after each step."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from register.config import Settings
from register.errors import FieldError, NotHere
from register.telling import running
from register.words.taking import Taking
from tests.publishing.two_keys.desks import BESIDE, PEOPLE, RECORDS, START, TOPICS
from tests.publishing.two_keys.law import Text
from tests.publishing.two_keys.reckoning import Reckoning
from tests.publishing.two_keys.surfaces import Public, addresses, starts
from tests.workers import Clock, application, furnished, give_back

LONG = bool(os.environ.get("HISTORIES"))
STATUSES = ["ongoing", "planned", "completed", "discontinued", None]
WHO = st.sampled_from(PEOPLE)
ANY = st.integers(0, 999)  # chooses one of what there is
NEWEST = st.integers(0, 4)  # the same, among the last few
PROOF = st.sampled_from(["", "link", "file"])


class TwoSides(RuleBasedStateMachine):
    """What two sides may try, in any order, and what must hold after each step."""

    origin: Path
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        for left in self.folder.glob("schakel.sqlite*"):
            left.unlink()
        shutil.copy(self.origin, self.folder / "schakel.sqlite")
        self.clock = Clock(START)
        self.app: Flask = application(furnished(Settings(data=self.folder)), self.clock)
        self.public = Public(self.app)
        self.desks = Reckoning(self.app.extensions["schakel_database"])
        self.drafts: list[str] = []
        self.asked = 0
        self.desks.open()
        self.desks.furnish()

    def teardown(self) -> None:
        try:
            desks = self.desks
            more = [
                address
                for text in desks.texts.values()
                if text.reference
                for address in addresses(text.kind, text.reference, range(1, text.version + 1))
            ]
            more += desks.served()
            if LONG:
                found = self.public.crawl([*starts(), *more])
                seen = {text.word for text in desks.texts.values() if text.seen and text.kind != "designation"}
                assert not seen - found, "what is public can be found"
            else:  # a quarter of what there is, another one each time
                found = self.public.read([*starts(), *more][desks.count % 4 :: 4])
            assert not found - desks.visible(), found - desks.visible()
            desks.rebuilt()
        finally:
            give_back(self.app)

    # --- writing and confirming ---

    @initialize(proofs=st.lists(st.sampled_from(["", "link", "file"]), min_size=3, max_size=3), agreed=st.booleans())
    def begin(self, proofs: list[str], agreed: bool) -> None:
        """Every history begins with a report of each side, a joint one, a record and a report that is to stay unseen.

        Some are confirmed, the last among them. Then a translation is overtaken, and what a text is about taken back.
        """
        written = [("nl-0", "report", "own"), ("vl-0", "report", "own"), ("joint-0", "report", "joint")]
        for (who, what, mode), proof in zip(written, proofs, strict=True):
            self.submit_new(who, what, "sluizen", mode, "ongoing", proof, None)
        self.submit_new("nl-1", "agreement", "", "own", None, "", None)
        self.submit_new("nl-0", "report", "kanalen", "own", "planned", "", 48)
        for which in range(4):
            self.confirm_by_all(which)
        sluizen, dijken = (self.desks.texts[f"m0{number}x"] for number in (0, 2))
        made = [self.desks.translate(sluizen, "nl-0", each) for each in (agreed, not agreed)]
        self.confirm_translation(self.desks.translations[made[0]], PEOPLE)
        self.change("nl-1", 0, None, mine=False, record="sluizen")
        self.confirm_by_all(0)
        self.confirm_translation(self.desks.translations[made[1]], PEOPLE)  # of a text that was changed meanwhile
        self.submit_new("nl-0", "report", "kanalen", "own", "completed", "", None)  # which nothing shows
        self.submit_new("nl-0", "report", "dijken", "joint", "ongoing", proofs[0], None)
        self.desks.confirm(self._text(0), "vl-1", self._text(0).digest)
        self.submit_new("vl-0", "session", "", "joint", None, "", None)  # at which dijken is spoken of
        self.take_away(dijken, "vl-0", hide=agreed)
        for which in range(2):
            self.confirm_by_all(which)

    @rule(
        who=WHO,
        what=st.sampled_from(["report", "report", *RECORDS]),
        about=st.sampled_from(list(TOPICS)),
        mode=st.sampled_from(["own", "joint"]),
        status=st.sampled_from(STATUSES),
        proof=PROOF,
        wait=st.sampled_from([None, None, 1, 48]),
        told=st.booleans(),
    )
    def submit_new(
        self,
        who: str,
        what: str,
        about: str,
        mode: str,
        status: str | None,
        proof: str,
        wait: int | None,
        told: bool = False,
    ) -> None:
        if who not in self.desks.law.removed:
            self.drafts.append(self.desks.write(who, what, about, mode))
            self.desks.submit(self.drafts[-1], status, proof, wait, told)

    @rule(
        which=NEWEST,
        status=st.sampled_from(STATUSES),
        proof=PROOF,
        wait=st.sampled_from([None, 48]),
        told=st.booleans(),
    )
    def submit_again(self, which: int, status: str | None, proof: str, wait: int | None, told: bool) -> None:
        """The author edits what was submitted, or what shows it: what was confirmed of it is void."""
        self.desks.submit(self.drafts[-1 - which % len(self.drafts)], status, proof, wait, told)

    @rule(which=NEWEST)
    def edit(self, which: int) -> None:
        """The author takes away what shows it, or writes on, and does not submit it again yet."""
        self.desks.edit(self.drafts[-1 - which % len(self.drafts)])

    @rule(who=WHO, which=ANY, wait=st.sampled_from([None, 48]), mine=st.booleans())
    def change(self, who: str, which: int, wait: int | None, mine: bool, record: str = "") -> None:
        """A published record is changed."""
        records = [text for text in self.desks.texts.values() if text.version and text.kind not in BESIDE]
        records = [text for text in records if not record or text.about == record]
        if records and who not in self.desks.law.removed:
            self.drafts.append(self.desks.change(who, records[which % len(records)], mine))
            self.desks.submit(self.drafts[-1], None, "", wait)

    @rule(which=NEWEST, who=WHO, other=st.none() | ANY)
    def confirm(self, which: int, who: str, other: int | None) -> None:
        """Anybody tries any key, now and then with the digest of another text."""
        text = self._text(which)
        self.desks.confirm(text, who, (text if other is None else self._text(other)).digest)

    @rule(which=NEWEST)
    def confirm_by_all(self, which: int) -> None:
        """Everybody tries, one after the other."""
        for who in PEOPLE:
            self.desks.confirm(self._text(which), who, self._text(which).digest)
            self.desks.settle()

    @rule(which=NEWEST, who=WHO)
    def send_back(self, which: int, who: str) -> None:
        self.desks.send_back(self._text(which), who)

    @rule(which=NEWEST, who=WHO, hours=st.sampled_from([None, 2, 96]), agrees=WHO)
    def move_embargo(self, which: int, who: str, hours: int | None, agrees: str) -> None:
        waiting = [text for text in self.desks.texts.values() if text.embargo and text.state == "waiting"]
        if waiting:
            text = waiting[which % len(waiting)]
            with suppress_past():
                self.desks.ask_embargo(text, who, hours)
            self.desks.agree_embargo(text, agrees)

    # --- people, the clock, what stands beside it ---

    @rule(which=ANY, who=st.sampled_from(PEOPLE[:6]), what=st.sampled_from(["end", "give", "stand in", "remove"]))
    def mandates(self, which: int, who: str, what: str) -> None:
        mandate = self.desks.law.mandates[which % len(self.desks.law.mandates)]
        if what == "end":
            self.desks.end(mandate)
        elif what == "give":
            self.desks.give(who, ("water", "lucht", "")[which % 3])
        elif what == "stand in":
            self.desks.stand_in(mandate, who, which % 20)
        elif which % 4 == 0:
            self.desks.remove(who)

    @rule(hours=st.sampled_from([1, 24, 72, 16 * 24, 50 * 24]), twice=st.booleans())
    def digest(self, hours: int, twice: bool) -> None:
        """Time goes by, and the clock does what is due."""
        self.desks.now += timedelta(hours=hours)
        self.clock.now = self.desks.now
        for _ in range(1 + twice):
            running.run(self.desks.database, self.clock)
        due = [text for text in self.desks.texts.values() if text.hidden and text.hidden <= self.desks.today]
        self.desks.settle()
        assert not [text.word for text in due if text.hidden and text.state == "public"], "what was hidden comes back"

    @rule(who=WHO, both=st.booleans(), days=st.sampled_from([3, 40]))
    def beside(self, who: str, both: bool, days: int) -> None:
        """A note is written, and a pause declared or ended."""
        if who not in self.desks.law.removed:
            with suppress_past():
                self.desks.note(who, "NLVL-2023-001", both)
            self.desks.pause(who, days)

    @rule(record=st.sampled_from(list(TOPICS)))
    def load_the_seed(self, record: str) -> None:
        word, done = self.desks.seed(record)
        assert not (done and record in self.desks.founded)
        if not done:
            self.desks.secret.add(word)

    # --- what is public already ---

    @rule(which=NEWEST, who=WHO, hide=st.booleans())
    def take_away_under(self, which: int, who: str, hide: bool) -> None:
        """What a text is about, or names, is taken back while it waits; then everybody tries to confirm it."""
        if waiting := [text for text in self.desks.texts.values() if text.author and text.state == "waiting"]:
            text = waiting[-1 - which % len(waiting)]
            kind = "agreement" if text.kind in BESIDE else text.kind
            about = {(kind, text.about), *(("agreement", name) for name in text.names)}
            found = [each for each in self.desks.texts.values() if (each.kind, each.about) in about and each.seen]
            if found:
                self.take_away(found[-1], who, hide)
                for other in PEOPLE:
                    self.desks.confirm(text, other, text.digest)
                    self.desks.settle()

    def take_away(self, text: Text, who: str, hide: bool) -> None:
        """One side hides a text for a while, or both withdraw it."""
        if hide:
            self.desks.take(text, who, Taking.HIDDEN, "privacy")
            if text.hid:
                self.desks.keep(text)
        else:
            self._withdraw(text, who)

    @rule(
        which=NEWEST,
        who=WHO,
        what=st.sampled_from([Taking.WITHDRAWN, Taking.UNCONFIRMED, Taking.HIDDEN]),
        ground=st.sampled_from(["privacy", "mistaken"]),
        answers=st.lists(st.tuples(WHO, st.sampled_from(["agree", "agree", "decline", "drop"])), max_size=3),
    )
    def take_back(self, which: int, who: str, what: Taking, ground: str, answers: list[tuple[str, str]]) -> None:
        if text := self._published(which):
            self.desks.take(text, who, what, ground)
        for row in list(self.desks.requests)[:1]:
            for other, act in answers:
                if row in self.desks.requests:
                    self.desks.answer(row, other, act)
        for each in self.desks.texts.values():
            if each.state == "gone" or each.hid or each.back:
                self.desks.keep(each)

    @rule(which=NEWEST, who=WHO)
    def withdraw_together(self, which: int, who: str) -> None:
        """One side asks, and everybody tries to agree."""
        if text := self._published(which):
            self._withdraw(text, who)

    def _withdraw(self, text: Text, who: str) -> None:
        self.desks.take(text, who, Taking.WITHDRAWN, "outdated")
        for row in [row for row, (each, _side) in self.desks.requests.items() if each is text]:
            for other in PEOPLE:
                if row in self.desks.requests:
                    self.desks.answer(row, other, "agree")
        if text.state == "gone":
            self.desks.keep(text)

    @rule(which=ANY)
    def redact(self, which: int) -> None:
        """The operator erases a text that was withdrawn; one that was not, nobody can erase."""
        if texts := [text for text in self.desks.texts.values() if text.seq]:
            self.desks.redact(texts[which % len(texts)])

    @rule(
        which=NEWEST, who=WHO, agreed=st.booleans(), keys=st.lists(WHO, max_size=4), mixed=st.booleans(),
        back=st.none() | WHO,
    )  # fmt: skip
    def translate(self, which: int, who: str, agreed: bool, keys: list[str], mixed: bool, back: str | None) -> None:
        text = self._published(which)
        if text and who not in self.desks.law.removed and self.desks.translate(text, who, agreed) and mixed:
            made = list(self.desks.translations.values())
            for one in keys:
                self.desks.confirm_translation(made[-1], one, made[0].digest)
        for each in list(self.desks.translations.values())[-2:]:
            self.confirm_translation(each, keys)
            if back and not each.seq:
                self.desks.return_translation(each, back)

    def confirm_translation(self, text: Text, keys: Iterable[str]) -> None:
        """These people try to confirm a translation, one after the other."""
        for one in keys:
            if not text.seq:
                self.desks.confirm_translation(text, one, text.digest)
                self.desks.settle()

    # --- what must hold ---

    @invariant()
    def the_books_agree(self) -> None:
        self.desks.settle()

    @invariant()
    def the_public_sees_no_word_too_many(self) -> None:
        shown = starts()
        last = [text for text in self.desks.texts.values() if text.reference][-1:]
        shown += [one for text in last for one in addresses(text.kind, text.reference, ())]
        self.asked += 1
        address = shown[self.asked * 7 % len(shown)]
        assert not self.public.words(address) - self.desks.visible(), address

    def _text(self, which: int) -> Text:
        texts = [text for text in self.desks.texts.values() if text.author]  # not those of the seed
        return texts[-1 - which % len(texts)]

    def _published(self, which: int) -> Text | None:
        found = [text for text in self.desks.texts.values() if text.seq]
        return found[-1 - which % len(found)] if found else None


def suppress_past() -> Any:
    """What is refused for reasons that the law here does not know: a record out of view, a moment that has passed."""
    return suppress(FieldError, NotHere)
