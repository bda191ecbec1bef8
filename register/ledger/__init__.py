"""The ledger: what was published, in order, and what can be read from it."""

from register.ledger import search
from register.ledger.tables import TRUTH, projected

PUBLIC_TABLES: frozenset[str] = frozenset(
    {table.name for table in (*TRUTH, *projected.tables.values())} | set(search.SHADOW_TABLES)
)
