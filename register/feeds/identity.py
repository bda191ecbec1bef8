"""Names that stay: made from what the ledger says, so that they do not hang on the address of the site."""

from uuid import UUID, uuid5

_SPACE = UUID("5f2c7a52-5a0b-5f0e-9d0c-6a1f0d3f9b11")  # of this program; made once, never to be changed


def urn(*parts: str) -> str:
    """The same URN for the same parts, `urn:uuid:…`: parts hold a hash of the ledger, by which registers differ."""
    return uuid5(_SPACE, "/".join(parts)).urn
