"""What the parameters of addresses are called in the reader's words, and which of their values comes near."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from register import i18n
from register.i18n import mark as _
from register.words.vocabulary import P_

_LONGEST, _MOST, _FEW, _NEAR = 40, 60, 5, 0.6
# As the forms of the pages call them.
NAMES: Mapping[str, str] = {
    "q": _("Words"), "topic": _("Topic"), "status": _("Status"), "timeliness": _("In time"),
    "confirmation": _("On whose word"), "type": _("Kind"), "state": _("Held or not"), "side": _("Side"),
    "source": _("Source"), "organisation": _("Organisation"), "place": _("Place"), "sort": _("Order"),
    "from": _("After"), "to": _("Up to"), "by": _("Told by"), "as_of": _("How it stood on"),
    "published_on": _("What this register showed on"), "version": _("Version"), "against": _("Version"),
    "after": _("Next page"), "before": _("Previous page"), "below": _("Next page"), "reference": _("Reference"),
    "kind": _("Kind"), "list": _("List"), "agreement": _("Agreement"), "action": _("Action"), "session": _("Session"),
    "words": _("What changed in the texts"),
}  # fmt: skip
_IN_CONTEXT = {"nature": P_("filter", "Nature"), "change": P_("filter", "Change")}
SORTS: Mapping[str, str] = {
    "reference": _("by number"), "title": _("by title"), "updated": _("latest report first"),
    "due": _("earliest term first"), "date": _("latest date first"),
}  # fmt: skip
_BY = {"as_of": _("what is known now"), "published_on": _("what was public on those days")}
_SAID = {"sort": SORTS, "by": _BY, "words": {"1": _("yes")}}


def called(language: str, name: str) -> str:
    """What a reader knows the parameter `name` by; `name` itself where no page shows it."""
    said = i18n.translations(language)
    if name in _IN_CONTEXT:
        return said.pgettext(*_IN_CONTEXT[name])
    return said.gettext(NAMES[name]) if name in NAMES else name


def offers(
    language: str, name: str, value: str, allowed: Iterable[str], said: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The values that the parameter may have, each with its words, those nearest to `value` first.

    `said` has the words; some parameters have words of their own. Of a great many only a few that come near.
    """
    gettext = i18n.translations(language).gettext
    own = {key: gettext(message) for key, message in _SAID.get(name, {}).items()}
    found = [(key, said.get(key) or own.get(key) or key) for key in dict.fromkeys((*allowed, *said))]
    near = nearest(value, dict(found))
    if len(found) > _MOST:
        return [(key, words) for key, words in found if key in near[:_FEW]]
    return sorted(found, key=lambda offer: near.index(offer[0]) if offer[0] in near else len(near))


def nearest(value: str, found: Mapping[str, str]) -> list[str]:
    """The keys of `found` that come near to `value`, or whose words do, nearest first."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(value[:_LONGEST].casefold())
    ranked = []
    for key, words in found.items():
        best = 0.0
        for option in {key.casefold(), words.casefold()}:
            matcher.set_seq1(option[:_LONGEST])
            if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
                best = max(best, matcher.ratio())
        if best >= _NEAR:
            ranked.append((-best, key))
    return [key for _best, key in sorted(ranked)]
