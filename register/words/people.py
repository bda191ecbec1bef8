"""The fixed words about the people who work in the register."""

from register.words.vocabulary import P_, Word


class AccountSide(Word):
    """For whom a person works. A joint body may draft for both sides and confirms for neither."""

    NL = "nl", P_("account side", "Netherlands")
    VL = "vl", P_("account side", "Flanders")
    JOINT = "joint", P_("account side", "Joint body")


class Role(Word):
    """What a person does in the register; one may do several things."""

    COORDINATOR = "coordinator", P_("role", "Coordinator")
    DIPLOMAT = "diplomat", P_("role", "Diplomat")
    ADMINISTRATOR = "administrator", P_("role", "Administrator")


class AccountState(Word):
    """How far an account has come."""

    INVITED = "invited", P_("account state", "Invited")
    ACTIVE = "active", P_("account state", "Active")
    REMOVED = "removed", P_("account state", "Removed")


class Frequency(Word):
    """How often at most the register writes to somebody who follows it by mail."""

    AT_ONCE = "at_once", P_("follow by mail", "At once")
    WEEKLY = "weekly", P_("follow by mail", "At most once a week")
    MONTHLY = "monthly", P_("follow by mail", "At most once a month")


class MailChoice(Word):
    """How often the register writes to a person about what waits for them."""

    AT_ONCE = "at_once", P_("mail choice", "At once")
    DAILY = "daily", P_("mail choice", "Once a day")
    WEEKLY = "weekly", P_("mail choice", "Once a week")
    NONE = "none", P_("mail choice", "Never")


class Means(Word):
    """By what somebody signed in, showed who they are, or may sign in."""

    PASSWORD = "password", P_("means", "password")
    APP = "app", P_("means", "app on the telephone")
    CODE = "code", P_("means", "code")
    RECOVERY_CODE = "recovery code", P_("means", "recovery code")
    PASSKEY = "passkey", P_("means", "passkey")
    SERVICE = "service", P_("means", "sign-in service of the side")
    INVITATION = "invitation", P_("means", "invitation")
    ALL = "all", P_("means", "everything to sign in with")


class Visibility(Word):
    """Who may read a note."""

    OWN = "own", P_("visibility", "Own side only")
    BOTH = "both", P_("visibility", "Both sides")


class Refusal(Word):
    """Why somebody is not signed in, as far as they can do something about it."""

    UNREACHABLE = "unreachable", P_("sign-in refused", "Your side's sign-in service does not answer. Try again later.")
    DENIED = "denied", P_("sign-in refused", "Your side's sign-in service did not let you through.")
    STALE = "stale", P_("sign-in refused", "This sign-in took too long or was begun in another window. Begin again.")
    UNTRUSTED = (
        "untrusted",
        P_("sign-in refused", "The answer of the sign-in service cannot be trusted. Warn your administrator."),
    )
    UNKNOWN = (
        "unknown",
        P_("sign-in refused", "No account here goes with you at this service. Ask the administrator of your side."),
    )


class Deed(Word):
    """What the audit trail says that somebody did."""

    INVITED = "invited", P_("deed", "Invited a person")
    INVITED_AGAIN = "invited_again", P_("deed", "Sent an invitation again")
    INVITATION_WITHDRAWN = "invitation_withdrawn", P_("deed", "Withdrew an invitation")
    ACCEPTED = "accepted", P_("deed", "Accepted an invitation")
    ACCOUNT_CHANGED = "account_changed", P_("deed", "Changed an account")
    ACCOUNT_REMOVED = "account_removed", P_("deed", "Removed an account")
    ACCOUNT_FORGOTTEN = "account_forgotten", P_("deed", "Erased what was kept about a removed person")
    RESET_ASKED = "reset_asked", P_("deed", "Sent a link for a new password")
    PASSWORD_SET = "password_set", P_("deed", "Set a password")
    ADDRESS_CHANGED = "address_changed", P_("deed", "Changed the e-mail address")
    MANDATE_GIVEN = "mandate_given", P_("deed", "Gave a mandate to confirm")
    MANDATE_CHANGED = "mandate_changed", P_("deed", "Changed a mandate to confirm")
    MANDATE_ENDED = "mandate_ended", P_("deed", "Ended a mandate to confirm")
    SIGNED_IN = "signed_in", P_("deed", "Signed in")
    SIGN_IN_REFUSED = "sign_in_refused", P_("deed", "Was refused at sign-in")
    LOCKED_OUT = "locked_out", P_("deed", "Was locked out for a while")
    SIGNED_OUT = "signed_out", P_("deed", "Signed out")
    PROVED_AGAIN = "proved_again", P_("deed", "Showed again who they are")
    SIGN_INS_ENDED = "sign_ins_ended", P_("deed", "Ended sign-ins")
    FACTOR_ADDED = "factor_added", P_("deed", "Added a second factor")
    FACTOR_REMOVED = "factor_removed", P_("deed", "Removed a second factor")
    CODES_MADE = "codes_made", P_("deed", "Made new recovery codes")
    CODE_USED = "code_used", P_("deed", "Used a recovery code")
    IDENTITY_LINKED = "identity_linked", P_("deed", "Was linked to the sign-in service of their side")
    OWN_SETTINGS_CHANGED = "own_settings_changed", P_("deed", "Changed their own settings")
    EXPORTED = "exported", P_("deed", "Took along what the register keeps about them")
    NOTE_WRITTEN = "note_written", P_("deed", "Wrote a note")
    NOTE_CHANGED = "note_changed", P_("deed", "Changed a note")
    NOTE_REMOVED = "note_removed", P_("deed", "Removed a note")
    CONFIRMED = "confirmed", P_("deed", "Confirmed a text")
    SENT_BACK = "sent_back", P_("deed", "Sent a text back")
    WITHDREW = "withdrew", P_("deed", "Took a published text back")
    ASKED_TO_WITHDRAW = "asked_to_withdraw", P_("deed", "Asked the other side to withdraw a text together")
    AGREED_TO_WITHDRAW = "agreed_to_withdraw", P_("deed", "Agreed to withdraw a text together")
    DECLINED_TO_WITHDRAW = "declined_to_withdraw", P_("deed", "Did not agree to withdraw a text together")
    DROPPED_WITHDRAWAL = "dropped_withdrawal", P_("deed", "Took a request to withdraw a text back")
    EMBARGO_ASKED = "embargo_asked", P_("deed", "Asked for another embargo")
    EMBARGO_AGREED = "embargo_agreed", P_("deed", "Agreed to another embargo")
    PAUSE_DECLARED = "pause_declared", P_("deed", "Declared a pause of their side")
    PAUSE_ENDED = "pause_ended", P_("deed", "Ended a pause of their side")
