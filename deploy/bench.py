"""Measures every public page against its limits, what the workspace costs, and what more data costs: `make bench`.

Loads the seed into a register of its own, serves it as `make serve` does, reads every page that links lead to, in
both languages, and prints the worst of each kind. Exits with 1 when a limit is broken. Time is never a limit: it is
given as a ratio to a bare Flask page of 20 kB, served and fetched in the same way in the same run.
"""

import os
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import bench_cost
import bench_scale
import bench_work
import serve
from bench_server import BARE_BYTES, Browser, bare, served

MOST_QUERIES, MOST_HTML, MOST_FIRST_VISIT = 8, 40_000, 60_000
WORK = re.compile("/(nl/werk|en/work)(/|$)")  # behind signing in: see bench_work


class Page(NamedTuple):
    """What one page costs. `other_hosts` it makes the browser load from; `repeat` is the status of a second visit."""

    address: str
    queries: int
    html: int
    compressed: int
    first_visit: int
    cookies: int
    other_hosts: int
    repeat: int

    def faults(self) -> list[str]:
        """The limits this page breaks."""
        checks = {
            f"{self.queries} queries, at most {MOST_QUERIES}": self.queries > MOST_QUERIES,
            f"{self.html} bytes of HTML, at most {MOST_HTML}": self.html > MOST_HTML,
            f"{self.first_visit} bytes on a first visit, at most {MOST_FIRST_VISIT}": self.first_visit
            > MOST_FIRST_VISIT,
            "sets a cookie": self.cookies > 0,
            "loads from another host": self.other_hosts > 0,
            f"a repeated visit answers {self.repeat}, not 304": self.repeat != 304,
        }
        return [f"{self.address}: {fault}" for fault, broken in checks.items() if broken]


class Links(HTMLParser):
    """What a page leads to (`pages`) and what a browser loads with it (`parts`)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pages: list[str] = []
        self.parts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sort each address by what the browser does with it."""
        values = {name: value or "" for name, value in attrs}
        rel = values.get("rel", "").split()
        if tag == "a" and ("?" not in values.get("href", "?") or "next" in rel):
            self.pages.append(values["href"].partition("#")[0])
        elif tag == "link" and {"stylesheet", "icon", "preload", "manifest"} & set(rel):
            self.parts.append(values["href"])
        elif tag in {"script", "img", "source", "iframe", "video", "audio"} and values.get("src"):
            self.parts.append(values["src"])


def query_counter() -> Any:
    """A function that gives the number of database queries behind an address, asked of the application in process."""
    from sqlalchemy import Engine, event

    from app import app

    client = app.test_client()
    seen: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    def count(address: str) -> int:
        seen.clear()
        client.get(address)
        return len(seen)

    count("/nl/")  # what is looked up once for all pages is not one page's cost
    return count


def measure(browser: Browser, address: str, count: Any, parts: dict[str, int]) -> tuple[Page, list[str]]:
    """What `address` costs, and where its links lead. `parts` remembers the sizes of static files."""
    import brotli

    got = browser.get(address)
    if got.status != 200:
        raise serve.ServeError(f"{address} answers {got.status}.")
    html = brotli.decompress(got.body) if got.headers["Content-Encoding"] == "br" else got.body
    links = Links(html.decode())
    for part in set(links.parts) - parts.keys():
        parts[part] = 0 if urlsplit(part).netloc else len(browser.get(part).body)
    page = Page(
        address,
        count(address),
        len(html),
        len(got.body),
        len(got.body) + sum(parts[part] for part in set(links.parts)),
        len(got.headers.get_all("Set-Cookie", [])),
        sum(1 for part in set(links.parts) if urlsplit(part).netloc),
        browser.get(address, **{"If-None-Match": got.headers["ETag"] or ""}).status,
    )
    return page, [urljoin(address, link) for link in links.pages]


def crawl(browser: Browser) -> list[Page]:
    """Every page in either language that links lead to from the two home pages."""
    count, parts = query_counter(), dict[str, int]()
    waiting, seen, pages = ["/nl/", "/en/"], {"/nl/", "/en/"}, []
    while waiting:
        page, links = measure(browser, waiting.pop(), count, parts)
        pages.append(page)
        new = {link for link in links if re.match("/(nl|en)/", link) and not WORK.match(link)} - seen
        seen |= new
        waiting += sorted(new)
    print("Static files, compressed: " + ", ".join(f"{name.partition('?')[0]} {size}" for name, size in parts.items()))
    return pages


def kind(address: str) -> str:
    """The kind of page that `address` is: language and room, and `*` for one record of it."""
    path = urlsplit(address).path.strip("/").split("/")
    return "/" + "/".join(path[:2]) + ("/*" if len(path) > 2 else "")


def report(browser: Browser, pages: list[Page], bare_ms: float) -> None:
    """Print a line for each kind of page: the worst of every figure, and the time of its largest page."""
    titles = f"{'queries':>8}{'HTML':>8}{'brotli':>8}{'1st visit':>10}{'ms':>7}{'× bare':>8}"
    print(f"\n{'kind of page':34}{'pages':>6}{titles}")
    kinds: dict[str, list[Page]] = {}
    for page in pages:
        kinds.setdefault(kind(page.address), []).append(page)
    for name, members in sorted(kinds.items()):
        worst = [max(column) for column in zip(*(page[1:5] for page in members), strict=True)]
        took = browser.median_ms(max(members, key=lambda page: page.html).address)
        figures = f"{worst[0]:8}{worst[1]:8}{worst[2]:8}{worst[3]:10}{took:7.2f}{took / bare_ms:8.1f}"
        print(f"{name:34}{len(members):6}{figures}")


def main() -> int:
    """Measure, print, and return 1 when a limit is broken."""
    sys.path.insert(0, str(serve.ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SCHAKEL_DATA=folder, DATABASE_URL="", WORKERS="1")
        try:
            serve.prepare()
            with bare() as plain:
                bare_ms = plain.median_ms("/")
            with served() as browser:
                pages = crawl(browser)
                report(browser, pages, bare_ms)
            more = bench_work.measure()
            if bench_scale.sizes():
                with bench_scale.kept() as kept:
                    more += bench_cost.measure(kept) + bench_scale.measure(kept)
        except serve.ServeError as error:
            print(error, file=sys.stderr)
            return 1
        except (OSError, subprocess.SubprocessError) as error:
            print(f"The measurement broke off: {error}", file=sys.stderr)
            return 1
    faults = [fault for page in pages for fault in page.faults()] + more
    print(f"\n{len(pages)} pages. A bare page of {BARE_BYTES // 1000} kB takes {bare_ms:.2f} ms here.")
    print(
        "\n".join(faults) or "Every page keeps within its limits, sets no cookie, and answers 304 when it is unchanged."
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
