"""Forms that another site made, or that are too old: refused, with a page that gives the text back."""

import hmac
from collections.abc import Mapping, Sequence

from flask import request
from werkzeug.exceptions import Forbidden

from register.guards import signing
from register.guards.keeping import SECRET


class Forged(Forbidden):
    """Refused. `why` is `origin`, `token` or `expired`; `fields` is what was typed, to be given back."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What was typed, secrets left out."""
        sent: Mapping[str, Sequence[str]] = request.form.to_dict(flat=False)
        return [
            (name, value)
            for name, values in sent.items()
            for value in values
            if value and not any(part in name for part in SECRET)
        ]


def check_origin() -> None:
    """Raise Forged unless the request comes from a page of this very host (Origin, else Referer; one must be there)."""
    origin = request.headers.get("Origin") or _of(request.headers.get("Referer", ""))
    if origin != request.host_url.rstrip("/") and origin not in _own():
        raise Forged("origin")


def check_token(token: str, secret: str) -> None:
    """Raise Forged unless the form carries the mark of this sign-in."""
    given = request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), signing.csrf(token, secret).encode()):
        raise Forged("token")


def _own() -> set[str]:
    from flask import current_app

    base = current_app.config["BASE_URL"]
    return {base} if base else set()


def _of(address: str) -> str:
    parts = address.split("/")
    return "/".join(parts[:3]) if len(parts) >= 3 and parts[0].endswith(":") else ""
