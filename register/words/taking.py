"""The fixed words about taking back what was published."""

from register.words.vocabulary import P_, Word


class Taking(Word):
    """What is done to a published text; `UNCONFIRMED` leaves it public, on the word of the other side only."""

    WITHDRAWN = "withdrawn", P_("taking", "Withdrawn")
    UNCONFIRMED = "unconfirmed", P_("taking", "Confirmation withdrawn")
    HIDDEN = "hidden", P_("taking", "Temporarily not shown")
    REDACTED = "redacted", P_("taking", "Words erased")


OUT_OF_VIEW = frozenset({Taking.WITHDRAWN, Taking.HIDDEN, Taking.REDACTED})


class Ground(Word):
    """Why, as far as the public is told. What was written to colleagues about it stays internal.

    A fixed list, since these words go into the chain of the ledger, where nothing can be erased.
    """

    MISTAKEN = "mistaken", P_("ground", "it was not right")
    OUTDATED = "outdated", P_("ground", "it no longer holds")
    PRIVACY = "privacy", P_("ground", "to protect people's privacy")
    SECURITY = "security", P_("ground", "for security")


FOR_HIDING = (Ground.PRIVACY, Ground.SECURITY)


class TakingState(Word):
    """How far a request to take something back has come."""

    ASKED = "asked", P_("taking state", "Waits for the other side")
    DONE = "done", P_("taking state", "Done")
    DECLINED = "declined", P_("taking state", "Not agreed to")
    DROPPED = "dropped", P_("taking state", "Request taken back")
