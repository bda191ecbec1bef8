"""The ledger: what was published, in order, and what can be read from it."""

from register.ledger import lexicon, search
from register.ledger.tables import TRUTH, projected

# No page asks which words each text has, hidden ones among them.
PUBLIC_TABLES: frozenset[str] = frozenset(
    {table.name for table in (*TRUTH, *projected.tables.values()) if table is not lexicon.counted}
    | set(search.SHADOW_TABLES)
)
