"""Proposing records: a new agreement, action, organisation or source, a change of one, or who leads on one's own side.

How a text travels is the same for every kind: `drafting` keeps it, `publishing` freezes it, `workflow` says who
confirms it, `review` shows it beside what is public. What differs stands in one small module for each kind, such as
`agreements`: its form, how the body of a document is read from what was typed (`read`), and how a body is shown as it
would be typed (`show`).

To add a kind:

1. give its body to `ledger.documents` (`BODIES`), if it is new, and say in `workflow.WHOSE` whose word it is;
2. write its module here and name it in `kinds.KINDS`;
3. label the fields of its body in `review.describing`, so that who confirms can read them;
4. add what can stand in its rooms to `tests/access/world.py`, and link to it where people look for it.
"""

from flask import Flask


def init(app: Flask) -> None:
    """Open the rooms."""
    from register.records import routes

    app.register_blueprint(routes.rooms.blueprint)
