"""The fixed words of the register, each with the message its label is translated from.

One class for one question: what kind (Nature, Form), how it goes (Status), in time (Timeliness),
on whose word (Confirmation). No list mixes two questions.
"""

from enum import StrEnum


def P_(context: str, message: str) -> tuple[str, str]:  # noqa: N802 - the catalogue's name for "mark with context"
    """Mark `message` for translation within `context`; it is looked up when a page is made."""
    return context, message


class Word(StrEnum):
    """A value with a label: `.context` and `.message` identify the label in the catalogues."""

    context: str
    message: str

    def __new__(cls, value: str, label: tuple[str, str] = ("", "")) -> "Word":
        word = str.__new__(cls, value)
        word._value_ = value
        word.context, word.message = label
        return word


class Side(Word):
    """The two principals. Flanders is not Belgium."""

    NL = "nl", P_("side", "Netherlands")
    VL = "vl", P_("side", "Flanders")


SIDES: tuple[Side, ...] = (Side.NL, Side.VL)


class Belonging(Word):
    """To which government or community an organisation belongs."""

    NL = "nl", P_("belonging", "Netherlands")
    VL = "vl", P_("belonging", "Flanders")
    JOINT = "joint", P_("belonging", "Netherlands and Flanders jointly")
    BE = "be", P_("belonging", "Belgium (federal)")
    WAL = "wal", P_("belonging", "Wallonia")
    FR = "fr", P_("belonging", "France")
    DE = "de", P_("belonging", "Germany")
    NRW = "nrw", P_("belonging", "North Rhine-Westphalia")
    NO = "no", P_("belonging", "Norway")
    SE = "se", P_("belonging", "Sweden")
    DK = "dk", P_("belonging", "Denmark")
    BENELUX = "benelux", P_("belonging", "Benelux")
    EU = "eu", P_("belonging", "European Union")
    INTERNATIONAL = "international", P_("belonging", "International")


class Competence(Word):
    """Who is competent on the Flemish side; absent where nobody said."""

    FLEMISH = "flemish", P_("competence", "Flemish")
    SHARED = "shared", P_("competence", "shared, Flemish and federal")
    FEDERAL = "federal", P_("competence", "federal")


class Heading(Word):
    """The headings that topics are listed under, in this order."""

    LEADING = "leading", P_("heading", "Leading topics")
    ENVIRONMENT = "environment", P_("heading", "Climate, water and living environment")
    BORDER = "border", P_("heading", "Border regions and public administration")
    CONNECTIONS = "connections", P_("heading", "Transport and infrastructure")
    SOCIETY = "society", P_("heading", "Work, society and safety")
    ECONOMY = "economy", P_("heading", "Economy, innovation and digital affairs")
    CULTURE = "culture", P_("heading", "Language, culture, education and science")
    EUROPE = "europe", P_("heading", "Europe and the world")


class Nature(Word):
    """What the sides did in saying it."""

    SHARED_POSITION = "shared_position", P_("nature", "shared position")
    TAKING_NOTE = "taking_note", P_("nature", "taking note")
    INTENTION = "intention", P_("nature", "intention")
    EXPLORATION = "exploration", P_("nature", "exploration")
    BEST_EFFORTS = "best_efforts", P_("nature", "best-efforts undertaking")
    AGREED_STEP = "agreed_step", P_("nature", "agreed step")
    TASK_ENTRUSTED = "task_entrusted", P_("nature", "task entrusted")
    ONE_SIDED = "one_sided", P_("nature", "one-sided statement")


class Form(Word):
    """In what kind of instrument it was said."""

    CLOSING_STATEMENT = "closing_statement", P_("form", "closing statement")
    DECLARATION_OF_INTENT = "declaration_of_intent", P_("form", "declaration of intent")
    MEMORANDUM = "memorandum", P_("form", "memorandum of understanding")
    AGREEMENT_IN_PRINCIPLE = "agreement_in_principle", P_("form", "agreement in principle")
    BENELUX_DECISION = "benelux_decision", P_("form", "Benelux decision")
    TREATY = "treaty", P_("form", "treaty")
    LETTER = "letter", P_("form", "letter")


class Status(Word):
    """How it goes. Where nobody said, there is no status: "no follow-up known"."""

    ANNOUNCED = "announced", P_("status", "announced")
    PLANNED = "planned", P_("status", "planned")
    EXPLORING = "exploring", P_("status", "exploring")
    ONGOING = "ongoing", P_("status", "ongoing")
    POSTPONED = "postponed", P_("status", "postponed")
    COMPLETED = "completed", P_("status", "completed")
    PARTLY_COMPLETED = "partly_completed", P_("status", "partly completed")
    NOT_TAKEN_UP = "not_taken_up", P_("status", "not taken up")
    DISCONTINUED = "discontinued", P_("status", "discontinued")
    REPLACED = "replaced", P_("status", "replaced")
    TAKEN_UP_UNDER = "taken_up_under", P_("status", "taken up under another")
    STANDING = "standing", P_("status", "standing position")
    UNKNOWN = "unknown", P_("status", "no follow-up known")


# No follow-up is waited for any more: such a record is never "date passed".
CLOSED = frozenset(
    {
        Status.COMPLETED,
        Status.NOT_TAKEN_UP,
        Status.DISCONTINUED,
        Status.REPLACED,
        Status.TAKEN_UP_UNDER,
        Status.STANDING,
    }
)


class Timeliness(Word):
    """In time? Computed on the day of reading, never stored. "Date passed" never means failed."""

    NO_DATE = "no_date", P_("timeliness", "no date")
    ON_TIME = "on_time", P_("timeliness", "on time")
    DUE_SOON = "due_soon", P_("timeliness", "due within 30 days")
    PASSED = "passed", P_("timeliness", "date passed")


class Change(Word):
    """What may have come about between two days."""

    NEW = "new", P_("change", "new")
    MOVED = "moved", P_("change", "other status")
    JOINT = "joint", P_("change", "now jointly confirmed")
    DIFFERENT = "different", P_("change", "now different readings")
    PASSED = "passed", P_("change", "date passed")
    SILENT = "silent", P_("change", "gone silent")
    HELD = "held", P_("change", "session held")
    ASKED = "asked", P_("change", "response asked, not received")
    TAKEN = "taken", P_("change", "taken back")


class Confirmation(Word):
    """On whose word."""

    JOINT = "joint", P_("confirmation", "jointly confirmed")
    BOTH_SEPARATELY = "both_separately", P_("confirmation", "both say so, separately")
    ONE_SIDE = "one_side", P_("confirmation", "confirmed by one side")
    DIFFERENT = "different", P_("confirmation", "different readings")
    NONE = "none", P_("confirmation", "not yet confirmed")


class Character(Word):
    """Whether an action is done together or is one side's own measure."""

    JOINT = "joint", P_("character", "joint action")
    NATIONAL = "national", P_("character", "national measure")


class SessionKind(Word):
    """The kinds of meeting, each by the word that the documents use for it."""

    GOVERNMENT_SUMMIT = "government_summit", P_("session", "government summit")
    SECTORAL_SUMMIT = "sectoral_summit", P_("session", "sectoral summit")
    MINISTERIAL_MEETING = "ministerial_meeting", P_("session", "ministerial meeting")
    POLITICAL_CONSULTATION = "political_consultation", P_("session", "political-level consultation")
    SENIOR_OFFICIALS = "senior_officials", P_("session", "senior officials' meeting")
    COMMISSION_MEETING = "commission_meeting", P_("session", "commission meeting")
    EXPERT_SESSION = "expert_session", P_("session", "expert session")
    KNOWLEDGE_SESSION = "knowledge_session", P_("session", "knowledge session")
    SEMINAR = "seminar", P_("session", "seminar")
    WORKSHOP = "workshop", P_("session", "workshop")
    ROUND_TABLE = "round_table", P_("session", "round table")
    EXPLORATORY_TALKS = "exploratory_talks", P_("session", "exploratory talks")
    SIGNING = "signing", P_("session", "signing")


class SessionState(Word):
    """Whether a session took place, as far as anyone said."""

    EXPECTED = "expected", P_("session state", "expected")
    PLANNED = "planned", P_("session state", "planned")
    HELD = "held", P_("session state", "held")
    CANCELLED = "cancelled", P_("session state", "cancelled")
    NOT_KNOWN = "not_known", P_("session state", "not known to have been held")


class OutcomeKind(Word):
    """What a session led to."""

    INFORMATION = "information", P_("outcome", "information")
    DECISION = "decision", P_("outcome", "decision")
    ACTION = "action", P_("outcome", "action")


class LeadBasis(Word):
    """Why a body is shown as lead: never because it seems likely."""

    NAMED = "named", P_("lead basis", "named in the source")
    DESIGNATED = "designated", P_("lead basis", "designated by this side")


class OrganisationKind(Word):
    """What sort of body an organisation is."""

    GOVERNMENT = "government", P_("organisation", "government")
    MINISTRY = "ministry", P_("organisation", "ministry or department")
    OFFICE = "office", P_("organisation", "office holder")
    AGENCY = "agency", P_("organisation", "agency or public service")
    LOCAL = "local", P_("organisation", "province, region or municipality")
    PARLIAMENT = "parliament", P_("organisation", "parliament")
    COMMISSION = "commission", P_("organisation", "international commission")
    UNION = "union", P_("organisation", "international organisation")
    ADVISORY = "advisory", P_("organisation", "advisory body or working group")
    KNOWLEDGE = "knowledge", P_("organisation", "knowledge institution")
    CULTURE = "culture", P_("organisation", "cultural institution")
    COMPANY = "company", P_("organisation", "company or business association")
    CIVIL_SOCIETY = "civil_society", P_("organisation", "civil society")


class SourceKind(Word):
    """What sort of document a source is."""

    CLOSING_STATEMENT = "closing_statement", P_("source", "closing statement")
    LETTER = "letter", P_("source", "letter to parliament")
    DECISION_NOTE = "decision_note", P_("source", "decision note")
    ANSWERS = "answers", P_("source", "answers to written questions")
    PARLIAMENTARY_PAPER = "parliamentary_paper", P_("source", "parliamentary paper")
    REPORT = "report", P_("source", "report")
    WEB_PAGE = "web_page", P_("source", "web page")
    DECLARATION = "declaration", P_("source", "declaration or memorandum")
    LEGISLATION = "legislation", P_("source", "legislation or treaty")


class StructureKind(Word):
    """What sort of standing thing a structure or tool is."""

    LIAISON_POINT = "liaison_point", P_("structure", "liaison point")
    WORKING_GROUP = "working_group", P_("structure", "working group")
    CONSULTATION = "consultation", P_("structure", "standing consultation")
    JOINT_AGENDA = "joint_agenda", P_("structure", "joint agenda")
    FRAMEWORK = "framework", P_("structure", "framework of agreements")
    PLATFORM = "platform", P_("structure", "knowledge platform")
    ROADMAP = "roadmap", P_("structure", "roadmap")
    PROGRAMME = "programme", P_("structure", "programme")
    METHOD = "method", P_("structure", "measuring method")
    INSTRUMENT = "instrument", P_("structure", "policy or legal instrument")
    DATA_PLATFORM = "data_platform", P_("structure", "data platform")
    INFRASTRUCTURE = "infrastructure", P_("structure", "infrastructure project")
    LAB = "lab", P_("structure", "laboratory or consortium")
    FUND = "fund", P_("structure", "fund or funding scheme")


class RequestKind(Word):
    """What sort of parliamentary request it is."""

    MOTION = "motion", P_("request", "motion")
    UNDERTAKING = "undertaking", P_("request", "undertaking")
    QUESTION = "question", P_("request", "question")
    RESOLUTION = "resolution", P_("request", "resolution")


class RelationKind(Word):
    """How one record stands to another."""

    CONFIRMS = "confirms", P_("relation", "confirms")
    ELABORATES = "elaborates", P_("relation", "elaborates")
    LEADS_TO = "leads_to", P_("relation", "leads to")
    REPORTS_ON = "reports_on", P_("relation", "reports on")
    PARAPHRASES = "paraphrases", P_("relation", "paraphrases")
    ON_ADVICE_OF = "on_advice_of", P_("relation", "on the advice of")
    FEEDS = "feeds", P_("relation", "feeds")
    REPLACES = "replaces", P_("relation", "replaces")


class Standing(Word):
    """The standing of a text of the register in a language; AUTHENTIC: the one that it was written in.

    No text of the register is an authentic text of what was negotiated: that is the source's own.
    """

    AUTHENTIC = "authentic", P_("standing", "original text of the register")
    AGREED = "agreed", P_("standing", "agreed translation")
    WORKING = "working", P_("standing", "working translation")
    OUTDATED = "outdated", P_("standing", "translation of part of the text")
    MISSING = "missing", P_("standing", "no translation yet")


class Basis(Word):
    """On what ground an entry of the ledger stands."""

    FOUNDING_STATEMENT = (
        "founding_statement",
        P_("basis", "taken from the closing statement that both governments adopted"),
    )
    FOUNDING_LETTER = "founding_letter", P_("basis", "from a letter of one side")
    FOUNDING_REGISTER = "founding_register", P_("basis", "drawn up by the register from the documents")
    CONFIRMED = "confirmed", P_("basis", "confirmed")
    OPERATION = "operation", P_("basis", "operation of the register")


class PauseReason(Word):
    """Why a side cannot answer for a while."""

    ELECTIONS = "elections", P_("pause", "elections")
    FORMATION = "formation", P_("pause", "formation of a government")
    CARETAKER = "caretaker", P_("pause", "caretaker government")
    RECESS = "recess", P_("pause", "recess")


FOUNDING = frozenset({Basis.FOUNDING_STATEMENT, Basis.FOUNDING_LETTER, Basis.FOUNDING_REGISTER})
