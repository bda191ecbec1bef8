"""Pieces of pages that many pages have alike, kept in memory: the menu, the form of a list with its numbers.

A template writes `{% call piece("name", …) %}text{% endcall %}` around what depends on nothing but the language and
what it names there. What comes from the register names `here.mark`, which changes with each entry of the ledger and
each day.
"""

from collections.abc import Callable, Hashable
from contextlib import suppress

MOST = 500  # pieces of a language, of some kilobytes each


class Pieces:
    """The pieces of one language. When it is full, the one that was made first makes place."""

    def __init__(self) -> None:
        self.made: dict[tuple[Hashable, ...], str] = {}

    def kept(self, *named: Hashable, caller: Callable[[], str]) -> str:
        """The piece of this name, made by `caller` if it is not there."""
        found = self.made.get(named)
        if found is None:
            while len(self.made) >= MOST:
                with suppress(KeyError, RuntimeError, StopIteration):  # another thread has just done this
                    del self.made[next(iter(self.made))]
            found = self.made[named] = caller()
        return found
