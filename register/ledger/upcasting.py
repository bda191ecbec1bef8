"""Reading older documents: what a later schema added stands in them as it would be without it.

Documents stay stored and hashed as they were confirmed; only what is read of them is completed.
"""

from typing import Any


def current(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a stored document, completed with the fields that were added since; it is changed in place."""
    if body["kind"] == "session":
        for name in ("agenda", "evidence"):
            body.setdefault(name, [])
        body.setdefault("time", None)
        for outcome in body["outcomes"]:
            outcome.setdefault("agreements", [])
            outcome.setdefault("action", None)
            outcome.setdefault("open", False)
    return body
