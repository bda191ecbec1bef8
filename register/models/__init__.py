"""The working tables, one file a concept. No behaviour beyond properties; what may be done with them is in access."""

from register.models.audit import AuditEntry
from register.models.credentials import Identity, Passkey, RecoveryCode, Ticket, Totp
from register.models.following import Followed, Follower, FollowRequest
from register.models.notes import Note
from register.models.noticing import Asking, Difference, EmbargoChange, Told
from register.models.people import Account, AccountRole, Mandate
from register.models.proposals import Draft, Proposal, TurnedKey
from register.models.signing_in import Attempt, Challenge, KeptForm, SignIn
from register.models.translating import Translation, TranslationKey
from register.models.uploads import Upload
from register.models.withdrawals import Withdrawal

__all__ = [
    "Account",
    "AccountRole",
    "Asking",
    "Attempt",
    "AuditEntry",
    "Challenge",
    "Difference",
    "Draft",
    "EmbargoChange",
    "FollowRequest",
    "Followed",
    "Follower",
    "Identity",
    "KeptForm",
    "Mandate",
    "Note",
    "Passkey",
    "Proposal",
    "RecoveryCode",
    "SignIn",
    "Ticket",
    "Told",
    "Totp",
    "Translation",
    "TranslationKey",
    "TurnedKey",
    "Upload",
    "Withdrawal",
]
