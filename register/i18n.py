"""Languages: the catalogues, labels of the fixed words, localised paths, dates and numbers.

Everything that a list row needs is memoised here, since formatting is where the time goes.
"""

from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from register.config import ROOT

LANGUAGES = ("nl", "en")
NAMES = {"nl": "Nederlands", "en": "English"}
LOCALES = {"nl": Locale("nl"), "en": Locale("en", "GB")}
ZONE = ZoneInfo("Europe/Amsterdam")  # the same clock as Brussels
_ISO_DAY = len("2023-01-31")

# Path words in the reader's language. The key is the room's name in code.
PATHS: dict[str, dict[str, str]] = {
    "topics": {"nl": "themas", "en": "topics"},
    "agreements": {"nl": "afspraken", "en": "agreements"},
    "actions": {"nl": "acties", "en": "actions"},
    "sessions": {"nl": "sessies", "en": "sessions"},
    "organisations": {"nl": "organisaties", "en": "organisations"},
    "structures": {"nl": "structuren", "en": "structures"},
    "requests": {"nl": "parlementaire-verzoeken", "en": "parliamentary-requests"},
    "sources": {"nl": "bronnen", "en": "sources"},
    "places": {"nl": "plaatsen", "en": "places"},
    "terms": {"nl": "begrippen", "en": "glossary"},
    "search": {"nl": "zoeken", "en": "search"},
    "history": {"nl": "geschiedenis", "en": "history"},
    "files": {"nl": "bestanden", "en": "files"},
    "follow": {"nl": "volgen", "en": "follow"},
    "follow-mail": {"nl": "volgen/per-mail", "en": "follow/by-mail"},
    "follow-confirm": {"nl": "volgen/bevestigen", "en": "follow/confirm"},
    "follow-own": {"nl": "volgen/wat-ik-volg", "en": "follow/what-i-follow"},
    "follow-stop": {"nl": "volgen/stoppen", "en": "follow/stop"},
    "changes": {"nl": "wijzigingen", "en": "changes"},
    "data": {"nl": "data", "en": "data"},
    "verify": {"nl": "data/controleren", "en": "data/verify"},
    "reading": {"nl": "leeswijzer", "en": "how-to-read"},
    "accessibility": {"nl": "toegankelijkheid", "en": "accessibility"},
    "privacy": {"nl": "privacy", "en": "privacy"},
    # The way in, and the workspace.
    "sign-in": {"nl": "aanmelden", "en": "sign-in"},
    "second-step": {"nl": "aanmelden/tweede-stap", "en": "sign-in/second-step"},
    "sign-in-passkey": {"nl": "aanmelden/toegangssleutel", "en": "sign-in/passkey"},
    "sign-in-service": {"nl": "aanmelden/dienst", "en": "sign-in/service"},
    "forgotten": {"nl": "aanmelden/wachtwoord-vergeten", "en": "sign-in/forgotten-password"},
    "sign-out": {"nl": "afmelden", "en": "sign-out"},
    "invitation": {"nl": "uitnodiging", "en": "invitation"},
    "reset": {"nl": "nieuw-wachtwoord", "en": "new-password"},
    "address": {"nl": "adres-bevestigen", "en": "confirm-address"},
    "stop-mail": {"nl": "mail-stoppen", "en": "stop-mail"},
    "desk": {"nl": "werk", "en": "work"},
    "report": {"nl": "werk/bericht", "en": "work/report"},
    "drafts": {"nl": "werk/concepten", "en": "work/drafts"},
    "unchanged": {"nl": "werk/ongewijzigd", "en": "work/no-change"},
    "propose": {"nl": "werk/voorstel", "en": "work/proposal"},
    "designate": {"nl": "werk/verantwoordelijke", "en": "work/lead-body"},
    "move": {"nl": "werk/datum-verplaatsen", "en": "work/move-date"},
    "review": {"nl": "werk/bevestigen", "en": "work/review"},
    "review-together": {"nl": "werk/bevestigen/samen", "en": "work/review/together"},
    "review-requests": {"nl": "werk/bevestigen/verzoeken", "en": "work/review/requests"},
    "work-history": {"nl": "werk/geschiedenis", "en": "work/history"},
    "withdraw": {"nl": "werk/intrekken", "en": "work/withdraw"},
    "withdrawals": {"nl": "werk/intrekkingen", "en": "work/withdrawals"},
    "pauses": {"nl": "werk/pauzes", "en": "work/pauses"},
    "pauses-declare": {"nl": "werk/pauzes/melden", "en": "work/pauses/declare"},
    "pauses-end": {"nl": "werk/pauzes/beeindigen", "en": "work/pauses/end"},
    "translations": {"nl": "werk/vertalingen", "en": "work/translations"},
    "board": {"nl": "werk/themabord", "en": "work/topic-board"},
    "board-list": {"nl": "werk/themabord/lijst", "en": "work/topic-board/list"},
    "prove": {"nl": "werk/opnieuw-aanmelden", "en": "work/sign-in-again"},
    "notes": {"nl": "werk/notities", "en": "work/notes"},
    "people": {"nl": "werk/mensen", "en": "work/people"},
    "people-invite": {"nl": "werk/mensen/uitnodigen", "en": "work/people/invite"},
    "people-again": {"nl": "werk/mensen/opnieuw-uitnodigen", "en": "work/people/invite-again"},
    "people-change": {"nl": "werk/mensen/wijzigen", "en": "work/people/change"},
    "people-remove": {"nl": "werk/mensen/verwijderen", "en": "work/people/remove"},
    "people-reset": {"nl": "werk/mensen/nieuwe-aanmeldmiddelen", "en": "work/people/reset-means"},
    "people-mandate": {"nl": "werk/mensen/mandaat-geven", "en": "work/people/give-mandate"},
    "people-substitute": {"nl": "werk/mensen/vervanger", "en": "work/people/substitute"},
    "people-end": {"nl": "werk/mensen/mandaat-beeindigen", "en": "work/people/end-mandate"},
    "audit": {"nl": "werk/logboek", "en": "work/audit-trail"},
    "own": {"nl": "werk/mijn-account", "en": "work/my-account"},
    "own-settings": {"nl": "werk/mijn-account/instellingen", "en": "work/my-account/settings"},
    "own-address": {"nl": "werk/mijn-account/adres", "en": "work/my-account/address"},
    "own-password": {"nl": "werk/mijn-account/wachtwoord", "en": "work/my-account/password"},
    "own-app": {"nl": "werk/mijn-account/app", "en": "work/my-account/app"},
    "own-codes": {"nl": "werk/mijn-account/herstelcodes", "en": "work/my-account/recovery-codes"},
    "own-passkeys": {"nl": "werk/mijn-account/toegangssleutels", "en": "work/my-account/passkeys"},
    "own-sign-ins": {"nl": "werk/mijn-account/aanmeldingen", "en": "work/my-account/sign-ins"},
    "own-export": {"nl": "werk/mijn-account/gegevens", "en": "work/my-account/data"},
}

# The lists: each room with the kind of record that it shows; and each kind with the room of its records.
ROOMS = {
    "agreements": "agreement",
    "actions": "action",
    "sessions": "session",
    "organisations": "organisation",
    "structures": "structure",
    "requests": "request",
    "sources": "source",
    "places": "place",
    "terms": "term",
}
# The kinds of record that have a feed of their own.
FOLLOWED = ("topic", "organisation", "agreement", "action", "session")
KINDS = {kind: name for name, kind in ROOMS.items()} | {"topic": "topics"}


_quoted = lru_cache(maxsize=8192)(quote)


def path(language: str, room: str = "", reference: str = "", **query: Any) -> str:
    """The address of a room or of a record in it; `query` values that are empty are left out."""
    found = f"/{language}/{PATHS[room][language] if room else ''}"
    if reference:
        found += "/" + _quoted(reference)
    if not query:
        return found
    kept = {name: value for name, value in query.items() if value not in (None, "", ())}
    return found + ("?" + urlencode(kept, doseq=True) if kept else "")


def feed(language: str, kind: str = "", reference: str = "", **query: Any) -> str:
    """The address of the feed about a subject (`topic`, `pfas`; `side`, `nl`), or about everything."""
    return _room("feeds", "atom", language, kind, reference) + ("?" + urlencode(query) if query else "")


def calendar(language: str, kind: str = "", reference: str = "") -> str:
    """The address of the calendar about a topic or a side, or about everything. Short, since people type it over."""
    return _room("cal", "ics", language, kind, reference)


def download(language: str, kind: str, form: str, reference: str = "", **query: Any) -> str:
    """The address under which a list, or a record with its reports, is taken along as `csv`, `xlsx`, `ods`, `json`."""
    found = f"/data/{language}/{kind}" + (f"/{quote(reference)}" if reference else "") + f".{form}"
    return found + ("?" + urlencode(query) if query else "")


def lasting(kind: str, reference: str, form: str = "", version: int | None = None) -> str:
    """The lasting identifier of a record or of a version of it, or the address of one of its `form`s (`json`)."""
    found = f"/id/{kind}/{quote(reference)}" + (f".{form}" if form else "")
    return found + (f"?version={version}" if version else "")


def _room(room: str, form: str, language: str, kind: str, reference: str) -> str:
    parts = (language, kind, quote(reference)) if kind else (language,)
    return f"/{room}/{'/'.join(parts)}.{form}"


def mark(message: str) -> str:
    """Mark a message for the catalogues (imported as `_`); it is looked up where the reader's language is known."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The compiled catalogue of `language`; a missing catalogue gives the messages as they stand in the code."""
    file = ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo"
    if not file.exists():
        return NullTranslations()
    with file.open("rb") as compiled:
        return GNUTranslations(compiled)


@cache
def labels(language: str) -> dict[str, dict[str, str]]:
    """The labels of all fixed words: `labels("nl")["Status"]["ongoing"]`."""
    from register.words import files, people, taking, vocabulary, work

    catalogue = translations(language)
    named = [word for module in (vocabulary, people, work, files, taking) for word in vars(module).values()]
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, vocabulary.Word)]
    return {
        kind.__name__: {word.value: catalogue.pgettext(word.context, word.message) for word in kind} for kind in kinds
    }


@lru_cache(maxsize=8192)
def long_date(language: str, day: date | str) -> str:
    """`31 januari 2023`, from a date, an ISO day, or the ISO string of a moment: then the day here at that moment."""
    if isinstance(day, str):
        day = date.fromisoformat(day if len(day) == _ISO_DAY else local_day(day))
    return format_date(day, "d MMMM y", LOCALES[language])


@lru_cache(maxsize=8192)
def moment(language: str, iso: str) -> str:
    """`31 januari 2023 om 14:05`, in the time of Amsterdam and Brussels, from an ISO string with offset."""
    local = datetime.fromisoformat(iso).astimezone(ZONE)
    pattern = "d MMMM y 'om' HH:mm" if language == "nl" else "d MMMM y 'at' HH:mm"
    return format_datetime(local, pattern, locale=LOCALES[language])


@lru_cache(maxsize=8192)
def number(language: str, value: int) -> str:
    """A whole number with the reader's grouping."""
    return format_decimal(value, locale=LOCALES[language])


def local_day(iso: str) -> str:
    """The day in Amsterdam and Brussels of a moment, from an ISO string with offset."""
    return datetime.fromisoformat(iso).astimezone(ZONE).date().isoformat()


def today() -> date:
    """The day in Amsterdam and Brussels."""
    return datetime.now(ZONE).date()
