"""Where to go after signing in: only ever to a page of this register."""

import re
from urllib.parse import quote

from register import i18n

# A path of our own, as a browser would send it: no second slash, no backslash, nothing that a browser would tidy away.
_OURS = re.compile(rf"/(?:{'|'.join(i18n.LANGUAGES)})/(?!/)[!-\[\]-~]{{0,900}}")


def safe(address: str) -> str:
    """`address` when it is a path of this register; else nothing, as for `//evil` and `https://evil`."""
    return address if _OURS.fullmatch(address) and "//" not in address.partition("?")[0] else ""


def with_next(path: str, back: str) -> str:
    """`path`, remembering where to go afterwards."""
    return f"{path}?next={quote(back, safe='/')}" if safe(back) else path
