"""The kinds of record that can be proposed here."""

from register.errors import NotHere
from register.records import actions, agreements, designations, moves, organisations, sessions, sources
from register.records.shape import Kind

_MODULES = (agreements, actions, sessions, organisations, sources, designations, moves)
KINDS: dict[str, Kind] = {module.KIND.name: module.KIND for module in _MODULES}
PROPOSED = tuple(name for name in KINDS if name not in ("designation", "move"))  # by themselves, not beside another


def kind(name: str) -> Kind:
    """The kind of this name. Raises NotHere for one that cannot be proposed by itself."""
    if name not in PROPOSED:
        raise NotHere
    return KINDS[name]
