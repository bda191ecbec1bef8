"""Addresses of feeds and calendars: what one asks for, and what comes near where it is not understood."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from register import i18n
from register.errors import NoSuchAddress, NotPublished
from register.i18n import mark as _
from register.ledger import entries, nearby
from register.ledger.subjects import SIDE, Subject
from register.words.vocabulary import SIDES

FORMS = {"feeds": "atom", "cal": "ics"}
KINDS: Mapping[str, tuple[str, ...]] = {"feeds": (SIDE, *i18n.FOLLOWED), "cal": ("topic", SIDE)}
_EVERYTHING = {"feeds": _("The news feed of everything"), "cal": _("The calendar of everything")}
_LONGEST = 60


class Asked(NamedTuple):
    """What an address asks for: in which language, about which kind and reference (both empty: everything)."""

    room: str
    language: str
    kind: str = ""
    reference: str = ""

    @property
    def path(self) -> str:
        """The address itself."""
        return of(self.room, self.language, self.kind, self.reference)


def of(room: str, language: str, kind: str = "", reference: str = "") -> str:
    """The address of a feed (`room` feeds) or of a calendar (`cal`)."""
    return (i18n.feed if room == "feeds" else i18n.calendar)(language, kind, reference)


def read(room: str, address: str) -> Asked:
    """What `nl.atom` or `nl/topic/pfas.atom` asks for. Raises NoSuchAddress for what is not understood (400)."""
    stem, _, form = address.rpartition(".")
    language, *rest = stem.split("/")
    known = language if language in i18n.LANGUAGES else ""
    if form != FORMS[room]:
        raise _refused(400, "form", address.rpartition("/")[2], room, known or address.split("/")[0])
    if not known:
        raise _refused(400, "language", language, room)
    if not rest:
        return Asked(room, language)
    if rest[0] not in KINDS[room] or len(rest) != 2 or not rest[1]:
        raise _refused(400, "kind", "/".join(rest), room, language)
    if rest[0] == SIDE and rest[1] not in SIDES:
        sides = [(of(room, language, SIDE, side), i18n.labels(language)["Side"][side]) for side in SIDES]
        raise NoSuchAddress(404, "reference", rest[1][:_LONGEST], (*sides, _everything(room, language)))
    return Asked(room, language, rest[0], rest[1])


def subject(connection: Connection, asked: Asked) -> tuple[Subject | None, str]:
    """What is asked for, with its title in the language asked for. One query, two where there is no such record.

    Raises NoSuchAddress naming what comes near to it (404).
    """
    if not asked.kind:
        return None, ""
    try:
        found, title = entries.named(connection, asked.language, asked.kind, asked.reference)
    except NotPublished as error:
        near = nearby.references(connection, asked.language, asked.kind, asked.reference)
        forms = ((of(asked.room, asked.language, asked.kind, reference), name) for reference, name in near)
        nearest = (*forms, _everything(asked.room, asked.language))
        raise NoSuchAddress(404, "reference", asked.reference[:_LONGEST], nearest) from error
    return found, title or i18n.labels(asked.language)["Side"][asked.reference]


def _refused(status: int, part: str, value: str, room: str, language: str = "") -> NoSuchAddress:
    languages = [language] if language in i18n.LANGUAGES else i18n.LANGUAGES
    return NoSuchAddress(status, part, value[:_LONGEST], tuple(_everything(room, one) for one in languages))


def _everything(room: str, language: str) -> tuple[str, str]:
    return of(room, language), i18n.translations(language).gettext(_EVERYTHING[room])
