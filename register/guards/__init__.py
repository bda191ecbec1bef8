"""The doors of the workspace: who is it, may they, in one transaction. A feature uses the names below and no more."""

from register.guards.rooms import Rooms
from register.guards.serving import clock, database, init
from register.guards.visit import (
    File,
    Go,
    Page,
    Visit,
    anyone,
    beforehand,
    by_link,
    callback,
    outside,
    requires,
    signed_in,
    takes_files,
)

__all__ = [
    "File",
    "Go",
    "Page",
    "Rooms",
    "Visit",
    "anyone",
    "beforehand",
    "by_link",
    "callback",
    "clock",
    "database",
    "init",
    "outside",
    "requires",
    "signed_in",
    "takes_files",
]
