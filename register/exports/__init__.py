"""Downloads: what is on screen as a table or as documents, and the ledger as a whole."""


def init() -> None:
    """Open the rooms, before the blueprint of the door is registered (`register.public.init`)."""
    from register.exports import addresses, ledger, pages  # noqa: F401 - each opens its rooms
