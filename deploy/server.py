"""The server that `serve.py` starts: granian, whose workers share what does not change from one to the other.

The application is made and asked for a page of each usual sort before the workers are forked. So its code, templates,
statements and what it keeps of the register are in memory once, not once for each worker.
"""

import gc
import re
import runpy
import sys
from typing import Any

from serve import ROOT, TARGET

_WORD = "a"  # found or not: the page of what is found is made ready either way


def warm(app: Any) -> None:
    """Have `app` make a front page, a list, a search and a record in each language; it then lets go of the database."""
    from register import door, i18n

    client = app.test_client()
    for language in i18n.LANGUAGES:
        listed = i18n.path(language, "agreements")
        record = re.search(rf'href="({listed}/[^"?]+)"', client.get(listed).text)
        others = (i18n.path(language), i18n.path(language, "topics"), i18n.path(language, "search", q=_WORD))
        for address in (*others, *(record.groups() if record else ())):
            client.get(address)
    app.extensions[door.EXTENSION].close()  # a connection must not be in two processes


def main() -> None:
    """Serve as the arguments say, which are granian's."""
    if TARGET in sys.argv:
        sys.path.insert(0, str(ROOT))
        from app import app

        warm(app)
        gc.collect()
        gc.freeze()  # what is never looked at for garbage stays shared
    runpy.run_module("granian", run_name="__main__")


if __name__ == "__main__":
    main()
