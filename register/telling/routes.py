"""The room that stops mail: a page with a button, and what a mail program sends by itself (RFC 8058)."""

from register.errors import NotHere
from register.guards import Page, Rooms, Visit, by_link
from register.telling import stopping

rooms = Rooms("telling")


@rooms.open("stop-mail", "/<token>", methods=("GET", "POST"))
@by_link
def stop_mail(visit: Visit, token: str) -> Page:
    """Say whose mail would stop, and stop it. Raises NotHere for a link that the register did not make."""
    account = stopping.account(visit.session, token, visit.settings.secret)
    if account is None:
        raise NotHere
    if visit.writes:
        stopping.stop(visit.session, account)
    stopped = account.mail == "none"
    return Page("telling/stop.html", {"stopped": stopped, "token": token})
