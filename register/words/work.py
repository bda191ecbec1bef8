"""The fixed words about texts on their way to the public."""

from register.words.vocabulary import P_, Word


class Mode(Word):
    """In whose name a text speaks."""

    OWN = "own", P_("mode", "My side reports")
    JOINT = "joint", P_("mode", "Both sides state this together")


class DraftState(Word):
    """How far a text has come."""

    DRAFT = "draft", P_("draft state", "Draft")
    WAITING = "waiting", P_("draft state", "Waiting for confirmation")
    EMBARGOED = "embargoed", P_("draft state", "Confirmed, under embargo")
    RETURNED = "returned", P_("draft state", "Sent back")
    PUBLISHED = "published", P_("draft state", "Published")
    DROPPED = "dropped", P_("draft state", "Dropped")
