"""What the register keeps about a person, for that person: all of it but secrets, which say nothing to anybody."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from register import audit
from register.accounts import export_work, queries
from register.accounts.export_work import iso as _iso
from register.models import (
    Account,
    AccountRole,
    AuditEntry,
    Draft,
    Identity,
    KeptForm,
    Note,
    Passkey,
    Proposal,
    RecoveryCode,
    SignIn,
    Ticket,
    Totp,
    TurnedKey,
)
from register.models.audit import OPERATOR, UNKNOWN

FORMAT = "schakel own data 1"
ME, COLLEAGUE = "me", "a colleague"
NOT_COLLEAGUES = {OPERATOR: "the operator", UNKNOWN: "somebody who was not signed in"}


def gathered(session: Session, account: Account, language: str, now: datetime) -> dict[str, Any]:
    """Everything, as JSON has it: the keys are in English, names of topics and organisations in `language`.

    Left out are the password, the secret of the app, recovery codes, tokens, and the public halves of passkeys. Other
    people are called colleagues: what they did is theirs.
    """
    return {
        "format": FORMAT,
        "made": _iso(now),
        "account": _account(session, account, language),
        "roles": _roles(session, account, language),
        "mandates": _mandates(session, account, language),
        "means": _means(session, account),
        "sign_ins": _sign_ins(session, account),
        "links": _links(session, account),
        "kept_forms": [
            {"address": form.path, "sent": _iso(form.at), "fields": json.loads(form.fields)}
            for form in session.scalars(select(KeptForm).where(col(KeptForm.account_id) == account.id))
        ],
        "notes": _notes(session, account),
        "reports": _reports(session, account),
        "translations": export_work.translations(session, account),
        "confirmations": _confirmations(session, account) + export_work.confirmed_translations(session, account),
        "taken_back": export_work.takings(session, account),
        "embargoes": export_work.embargoes(session, account),
        "mail": export_work.told(session, account),
        "audit": [_deed(entry, account) for entry in audit.of_account(session, account.id)],
    }


def _account(session: Session, account: Account, language: str) -> dict[str, Any]:
    names = queries.titles(session, language, "organisation", {account.organisation})
    return {
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "side": account.side,
        "organisation": names.get(account.organisation, account.organisation),
        "language": account.language,
        "mail": account.mail,
        "state": account.state,
        "made": _iso(account.created_at),
    }


def _roles(session: Session, account: Account, language: str) -> list[dict[str, str]]:
    rows = session.scalars(
        select(AccountRole)
        .where(col(AccountRole.account_id) == account.id)
        .order_by(col(AccountRole.role), col(AccountRole.topic))
    ).all()
    names = queries.titles(session, language, "topic", {row.topic for row in rows})
    return [{"role": row.role, **({"topic": names.get(row.topic, row.topic)} if row.topic else {})} for row in rows]


def _mandates(session: Session, account: Account, language: str) -> list[dict[str, Any]]:
    rows = queries.mandates(session, account)
    names = queries.titles(session, language, "topic", {row.topic for row in rows})
    return [
        {
            "topic": names.get(row.topic, row.topic),  # empty: all topics
            "held_by": ME if row.account_id == account.id else COLLEAGUE,
            "begins": row.begins,
            "ends": row.ends,
            "substitute": _whom(row.substitute_id, account) if row.substitute_id else None,
            "substitute_from": row.substitute_from,
            "substitute_until": row.substitute_until,
            "given": _iso(row.given_at),
            "ended": _iso(row.ended_at),
        }
        for row in rows
    ]


def _means(session: Session, account: Account) -> dict[str, Any]:
    app = session.get(Totp, account.id)
    codes = session.scalars(select(RecoveryCode).where(col(RecoveryCode.account_id) == account.id)).all()
    keys = session.scalars(
        select(Passkey).where(col(Passkey.account_id) == account.id).order_by(col(Passkey.created_at), col(Passkey.id))
    )
    services = session.scalars(select(Identity).where(col(Identity.account_id) == account.id))
    return {
        "password": bool(account.password),
        "app": _iso(app.confirmed_at) if app else None,
        "recovery_codes": {
            "left": sum(code.used_at is None for code in codes),
            "used": sorted(_iso(code.used_at) or "" for code in codes if code.used_at),
        },
        "passkeys": [{"name": key.name, "made": _iso(key.created_at), "used": _iso(key.used_at)} for key in keys],
        "sign_in_services": [
            {"issuer": one.issuer, "subject": one.subject, "since": _iso(one.created_at)} for one in services
        ],
    }


def _sign_ins(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(SignIn).where(col(SignIn.account_id) == account.id).order_by(col(SignIn.created_at), col(SignIn.id))
    )
    return [
        {
            "id": row.id,
            "browser": row.agent,
            "begun": _iso(row.created_at),
            "last_seen": _iso(row.seen_at),
            "proved": _iso(row.proved_at),
            "ended": _iso(row.ended_at),
        }
        for row in rows
    ]


def _links(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Ticket).where(col(Ticket.account_id) == account.id).order_by(col(Ticket.created_at), col(Ticket.id))
    )
    return [
        {
            "for": row.kind,
            "to": queries.shown(row.email),
            "made": _iso(row.created_at),
            "made_by": _whom(row.made_by, account),
            "works_until": _iso(row.expires_at),
            "used": _iso(row.used_at),
            "withdrawn": _iso(row.withdrawn_at),
        }
        for row in rows
    ]


def _notes(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Note).where(col(Note.author_id) == account.id).order_by(col(Note.created_at), col(Note.id))
    )
    return [
        {
            "about": f"{row.kind} {row.reference}",
            "visibility": row.visibility,
            "text": row.text,
            "written": _iso(row.created_at),
            "changed": _iso(row.changed_at),
            "removed": _iso(row.removed_at),
        }
        for row in rows
    ]


def _reports(session: Session, account: Account) -> list[dict[str, Any]]:
    """What they wrote to be published, as they typed it, wherever it is on its way."""
    rows = session.scalars(
        select(Draft).where(col(Draft.author_id) == account.id).order_by(col(Draft.created_at), col(Draft.id))
    )
    return [
        {
            "makes": row.makes,
            "about": f"{row.about_kind} {row.about_record}",
            "state": row.state,
            "begun": _iso(row.created_at),
            "changed": _iso(row.changed_at),
            "fields": json.loads(row.typed),
            "files": export_work.files(session, row.id),
        }
        for row in rows
    ]


def _confirmations(session: Session, account: Account) -> list[dict[str, Any]]:
    mine = (
        select(TurnedKey, Proposal)
        .join(Proposal, col(Proposal.id) == col(TurnedKey.proposal_id))
        .where(col(TurnedKey.account_id) == account.id)
        .order_by(col(TurnedKey.at), col(TurnedKey.id))
    )
    return [
        {
            "text": key.digest,
            "published_at_position": proposal.seq,
            "confirmed": _iso(key.at),
            "void": _iso(key.void_at),
        }
        for key, proposal in session.execute(mine)
    ]


def _deed(entry: AuditEntry, account: Account) -> dict[str, Any]:
    """One deed. The particulars of what they did to a colleague, and from where a colleague acted, are left out."""
    told: dict[str, Any] = {
        "at": _iso(entry.at),
        "by": _whom(entry.actor, account),
        "what": entry.deed,
        "about": _whom(entry.about, account),
        "kept_until": _iso(entry.keep_until),
    }
    if entry.actor == account.id and entry.sign_in:
        told["sign_in"] = entry.sign_in
    if entry.about == account.id:
        told["detail"] = {name: value for name, value in json.loads(entry.detail).items() if name != "substitute"}
    return told


def _whom(account_id: str, account: Account) -> str:
    return ME if account_id == account.id else NOT_COLLEAGUES.get(account_id, COLLEAGUE)
