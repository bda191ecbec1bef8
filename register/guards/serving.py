"""One request in the workspace, from the door to the answer.

A safe request reads one snapshot, an unsafe one is a single writer transaction; who somebody is and what they may do
is looked up inside it. The one write of a safe request is when a sign-in was last used, at most once in five minutes,
in a transaction of its own.
"""

import logging
import re
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread
from typing import Any, cast

from flask import Flask, Response, current_app, redirect, request
from sqlalchemy.exc import OperationalError

from register import access, i18n
from register.db import Database
from register.errors import MailFailed, NotHere
from register.guards import forging, keeping, returning, signing
from register.guards.visit import CHALLENGE, COOKIE, File, Go, Letter, Need, Page, View, Visit
from register.mail import Mailer
from register.web.addressing import check_encoding
from register.web.rendering import Here, reader_language, render, wants_fragment
from register.web.uploading import LONGEST, FormRequest

EXTENSION = "schakel_database"
DONE = "done"  # the parameter that says what was done, after a redirect
MAIL_FAILED = "mail-failed"
LETTERS = "letters"  # the name of a thread that sends one in its own time
log = logging.getLogger("schakel")


class Undone(Exception):
    """Carries an answer out of a transaction that must not be committed."""

    def __init__(self, response: Response) -> None:
        self.response = response


def init(app: Flask) -> None:
    """Answer a forged or outdated form with a page that gives back what was typed."""

    @app.errorhandler(forging.Forged)
    def forged(error: forging.Forged) -> Response:
        language = reader_language()
        here = Here(language, "error", {other: i18n.path(other) for other in i18n.LANGUAGES}, "", 0, "")
        response = Response(render("errors/forged.html", language, here=here, error=error), 403, mimetype="text/html")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = language
        return response


def database() -> Database:
    """The database of this application."""
    found: Database = current_app.extensions[EXTENSION]
    return found


def clock() -> datetime:
    """This moment, to the second; a test puts a clock of its own into `app.config["CLOCK"]`."""
    found: datetime = current_app.config.get("CLOCK", _now)()
    return found


def serve(view: View, need: Need, room: str, rule: str, language: str, /, **parts: str) -> Response:
    """Answer a request for `room`: who is it, may they, then the view, then the page; in one transaction."""
    check_encoding()
    language = language or reader_language()
    token = request.cookies.get(COOKIE, "")
    unsafe = request.method == "POST"
    if unsafe and not need.by_link:
        forging.check_origin()
    if unsafe and getattr(view, "takes_files", False):
        request.max_content_length = LONGEST
        cast("FormRequest", request).largest = database().settings.limits.evidence_file
    door = database().write if unsafe or need.writes else database().read
    stale: tuple[str, datetime] | None = None
    ahead = _ahead(view, language, token, parts) if unsafe or need.writes else None
    try:
        with door() as session:
            visit = Visit(session, database().settings, language, clock(), ahead=ahead)
            limits = visit.settings.limits
            visit.signed_in = signing.find(session, token, visit.now, limits)
            if visit.signed_in and visit.now - visit.signed_in.row.seen_at >= limits.seen and not unsafe:
                stale = visit.signed_in.row.id, visit.now
            response = _admit(visit, need, token) or _answer(visit, view, room, rule, parts, token)
    except Undone as undone:
        response = undone.response
    else:
        if not _sent(visit) and response.status_code == 303:
            response.location = _marked(str(response.location), MAIL_FAILED)
    if stale:
        with suppress(OperationalError), database().write_at_leisure() as session:
            signing.seen(session, *stale)
    return response


def _ahead(view: View, language: str, token: str, parts: dict[str, str]) -> Any:
    """What the view wants done before the writer transaction, which everybody else waits for."""
    if (away := getattr(view, "outside", None)) is not None:
        return away(**parts)
    work = getattr(view, "ahead", None)
    if work is None:
        return None
    with database().read() as session:
        visit = Visit(session, database().settings, language, clock())
        visit.signed_in = signing.find(session, token, visit.now, visit.settings.limits)
        return work(visit)


def _sent(visit: Visit) -> bool:
    """Send what the view wrote, now that it is sure; False when a message that somebody waits for did not go."""
    mailer = Mailer(visit.settings)
    gone = True
    for letter in visit.letters:
        if letter.quietly:  # in its own time, so that how long the answer takes says nothing about an address
            Thread(target=_send, args=(mailer, letter), name=LETTERS, daemon=True).start()
        else:
            gone = _send(mailer, letter) and gone
    return gone


def _send(mailer: Mailer, letter: Letter) -> bool:
    try:
        mailer.send(letter.message)
    except MailFailed as error:
        log.error("mail was not sent: %s", error)
        return False
    return True


def _marked(path: str, done: str) -> str:
    """`path` with another word on what was done."""
    mark = f"{DONE}={done}"
    return re.sub(rf"([?&]){DONE}=[a-z-]*", rf"\1{mark}", path) if f"{DONE}=" in path else f"{path}?{mark}"


def _admit(visit: Visit, need: Need, token: str) -> Response | None:
    """None when the person may enter; else the answer. Raises NotHere where they may not know that there is a room."""
    if need.anyone:  # no sign-in, so no token: that the form is ours, its origin has shown
        return None
    found = visit.signed_in
    if found is None or (need.stage == "full" and not found.complete):
        _keep(visit, token)
        room = "sign-in" if found is None else "second-step"
        told = {DONE: "ended"} if found is None and signing.row(visit.session, token) else {}
        return _sent_off(_redirect(returning.with_next(visit.path(room), _back()), **told))
    if request.method == "POST":
        forging.check_token(token, visit.settings.secret)
        if visit.now - found.row.seen_at >= visit.settings.limits.seen:
            signing.seen(visit.session, found.row.id, visit.now)
    if need.verb and not access.may(found.person, need.verb, need.kind):
        raise NotHere
    if need.fresh and not found.proved(visit.now, visit.settings.limits):
        _keep(visit, token)
        return _sent_off(_redirect(returning.with_next(visit.path("prove"), _back())))
    return None


def _sent_off(response: Response) -> Response:
    """Where htmx asked for a part of a page, the whole page goes to where the browser is sent."""
    if wants_fragment():
        response.status_code, response.headers["HX-Redirect"] = 200, str(response.location)
        del response.headers["Location"]
        response.data = b""
    return response


def _answer(visit: Visit, view: View, room: str, rule: str, parts: dict[str, str], token: str) -> Response:
    if visit.signed_in and request.method == "GET":
        visit.kept = keeping.kept(visit.session, visit.signed_in.account.id, request.path)
    outcome = view(visit, **parts)
    if isinstance(outcome, Go):
        query = {DONE: outcome.done} if outcome.done else {}
        return _finish(visit, _redirect(outcome.path, **query))
    if isinstance(outcome, File):
        response = Response(outcome.data, status=outcome.status, mimetype=outcome.mimetype)
        response.headers.update(outcome.headers)
        response.headers["Content-Disposition"] = f'attachment; filename="{outcome.name}"'
        return _finish(visit, response)
    response = _finish(visit, _page(visit, outcome, room, rule, parts, token))
    if request.method == "POST" and outcome.status >= 400 and not outcome.keep:
        raise Undone(response)
    return response


def _page(visit: Visit, page: Page, room: str, rule: str, parts: dict[str, str], token: str) -> Response:
    alternates = {}
    for other in i18n.LANGUAGES:
        filled = i18n.path(other, room) + _filled(rule, parts)
        alternates[other] = filled + (f"?{request.query_string.decode()}" if request.query_string else "")
    here = Here(visit.language, room, alternates, "", 0, visit.today.isoformat())
    template = page.fragment if wants_fragment() and page.fragment else page.template
    found = visit.signed_in
    text = render(
        template,
        visit.language,
        here=here,
        person=found.person if found and found.complete else None,
        may=lambda verb, kind: access.may(found.person if found and found.complete else None, verb, kind),
        csrf=signing.csrf(visit.cookie or token, visit.settings.secret) if found else "",
        done=request.args.get(DONE, "") if request.method == "GET" else "",
        given_back=visit.kept is not None,
        settings=visit.settings,
        **page.context,
    )
    response = Response(text, status=page.status, mimetype="text/html")
    response.headers.update(page.headers)
    return response


def _finish(visit: Visit, response: Response) -> Response:
    """What every answer of the workspace carries: it is kept nowhere, and the cookie follows the sign-in."""
    if visit.cookie is not None:
        if visit.cookie:
            response.set_cookie(COOKIE, visit.cookie, secure=True, httponly=True, samesite="Lax", path="/")
        else:
            response.set_cookie(COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax", path="/")
    if visit.challenge is not None:
        lasts = None if visit.challenge else 0
        response.set_cookie(
            CHALLENGE, visit.challenge, max_age=lasts, secure=True, httponly=True, samesite="Lax", path="/"
        )
    if visit.clear:
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = visit.language
    return response


def _keep(visit: Visit, token: str) -> None:
    """Keep what was sent without a sign-in that holds, for whoever that sign-in belonged to."""
    if request.method != "POST":
        return
    if visit.signed_in:
        account_id = visit.signed_in.account.id
    else:
        row = signing.row(visit.session, token)
        if row is None:
            raise forging.Forged("expired")
        account_id = row.account_id
    keeping.keep(visit.session, account_id, request.path, request.form.to_dict(flat=False), visit.now)


def _back() -> str:
    """The address to come back to: that of the page; after a form, the page that shows it."""
    return request.path if request.method == "POST" or not request.query_string else request.full_path


def _redirect(path: str, **query: str) -> Response:
    mark = "&" if "?" in path else "?"
    target = path + (mark + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
    response: Any = redirect(target, 303)
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[no-any-return]


def _filled(rule: str, parts: dict[str, str]) -> str:
    for name, value in parts.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
