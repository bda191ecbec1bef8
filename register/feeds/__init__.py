"""Feeds and calendars: what changes and what comes, for the programs in which people follow it."""


def init() -> None:
    """Open the rooms, before the blueprint of the door is registered (`register.public.init`)."""
    from register.feeds import atom, calendars, following  # noqa: F401 - each opens its rooms
