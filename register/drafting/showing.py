"""What a text shows, row by row: pages on the web and files, as they were typed and as a document has them."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from register.errors import FieldError
from register.i18n import mark as _
from register.ledger.parts import Evidence

ADDRESS = re.compile(r"https?://[^\s/.]+\.[^\s]+")


class Rows(NamedTuple):
    """What the fields of a row are called, before its number. A file is always in `upload_` and `file_`."""

    title: str
    link: str
    numbers: Iterable[int]


def shown(
    typed: Mapping[str, str], rows: Rows, sent: Collection[str], faults: list[FieldError]
) -> tuple[Evidence, ...]:
    """The pages and files of these rows; what is wrong is added to `faults`. `sent`: the SHA-256 of files at hand."""
    found = []
    for row in rows.numbers:
        named, linked = f"{rows.title}_{row}", f"{rows.link}_{row}"
        title, link, file = (typed.get(name, "") for name in (named, linked, f"file_{row}"))
        if file and link:
            told = _("Give a link or a file, not both: use another row for the second.")
            faults.append(FieldError(linked, told))
        elif file and file not in sent:
            faults.append(FieldError(f"upload_{row}", _("This file is no longer here. Choose it again.")))
        elif file and not title:
            faults.append(FieldError(named, _("Say what this file is.")))
        elif file:
            found.append(Evidence(title=title, sha256=file))
        elif link and not ADDRESS.fullmatch(link):
            told = _("This is not a web address. It begins with https:// and has no spaces.")
            faults.append(FieldError(linked, told))
        elif link and not title:
            faults.append(FieldError(named, _("Say what stands at this address.")))
        elif title and not link:
            faults.append(FieldError(linked, _("Give the web address where this can be seen, or choose a file.")))
        elif link:
            found.append(Evidence(title=title, url=link))
    return tuple(found)
