"""Measures for `make bench` what ten times the data costs: each page on registers of two sizes, in one run.

SIZES says how many agreements the two hold (10000,100000); a register stays in the folder that SCALE_DATA names, if it
does, for the next run. Times are milliseconds of the processor, at the median, without the network.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import serve

ROUNDS = 15
MOST_WORD_MS = 30  # of the processor, for any word, on the larger register


class Asked(NamedTuple):
    """A page to measure: its name, its address, and how much more it may cost with ten times the data.

    0: it looks for a word, whose cost itself has a limit; None: no limit.
    """

    name: str
    address: str
    most: float | None


def pages(size: int) -> list[Asked]:
    """What is asked of a register with `size` agreements."""
    import bench_data

    middle = f"NLVL-2023-{size // 2}"
    return [
        Asked("list", "/nl/afspraken", 1.2),
        Asked("list, by title", "/nl/afspraken?sort=title", 1.2),
        Asked("list, by term", "/nl/afspraken?sort=due", 1.2),
        Asked("filtered by status", "/nl/afspraken?status=ongoing", 1.2),
        Asked("filtered by topic", "/nl/afspraken?topic=pfas&sort=title", 1.2),
        Asked("filtered by topic and status", "/nl/afspraken?topic=pfas&status=ongoing", 1.2),
        Asked("filtered by what is rare", "/nl/afspraken?topic=pfas&status=postponed&timeliness=passed", 1.5),
        Asked("keyset page", f"/nl/afspraken?after={middle}", 1.2),
        Asked("keyset page, filtered", f"/nl/afspraken?status=ongoing&after={middle}", 1.2),
        Asked("agreement", f"/nl/afspraken/{middle}", 1.2),
        Asked("front page", "/nl/", 1.5),
        Asked("topics", "/nl/themas", 1.5),
        Asked("topic", "/nl/themas/pfas", 1.5),
        Asked("word in nearly all", "/nl/afspraken?q=de", 0),
        Asked("word in many", "/nl/afspraken?q=water", 0),
        Asked("word in few", f"/nl/afspraken?q={bench_data.mark(7)}", 0),
        Asked("word in nearly all, filtered", "/nl/afspraken?q=de&status=ongoing&sort=title", 0),
        Asked("search page: word in nearly all", "/nl/zoeken?q=de", 0),
        Asked("search page: word in few", f"/nl/zoeken?q={bench_data.mark(7)}", 0),
        Asked("search page: nothing found", "/nl/zoeken?q=overstromigx", 0),
        Asked("changes, since the last summit", "/nl/wijzigingen", None),
        Asked("list of another day", "/nl/afspraken?as_of=2024-01-01", None),
    ]


def sizes() -> list[int]:
    """How many agreements the two registers hold, by SIZES; none where it names no two."""
    found = sorted(int(size) for size in os.environ.get("SIZES", "10000,100000").split(",") if size.strip())
    return found if len(found) == 2 else []


@contextmanager
def kept() -> Iterator[Path]:
    """The folder of the registers: the one that SCALE_DATA names, else one that ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(os.environ.get("SCALE_DATA") or folder)


def measure(folder: Path) -> list[str]:
    """Print what each page costs on both registers in `folder`, and give the limits that are broken."""
    both = sizes()
    apps = [register(folder, size) for size in both]
    print(f"\n{'milliseconds of the processor':34}{both[0]:>10}{both[1]:>10}{'ratio':>8}{'by clock':>10}")
    faults = []
    for small, large in zip(*map(pages, both), strict=True):
        costs = _costs(apps, (small.address, large.address))
        ratio = costs[1][0] / costs[0][0]
        print(f"{small.name:34}{costs[0][0]:10.2f}{costs[1][0]:10.2f}{ratio:8.2f}{costs[1][1]:10.2f}")
        if small.most and ratio > small.most:
            faults.append(f"{small.name}: {ratio:.2f} times the cost on the larger register, at most {small.most}")
        if small.most == 0 and costs[1][0] > MOST_WORD_MS:
            faults.append(f"{small.name}: {costs[1][0]:.0f} ms on the larger register, at most {MOST_WORD_MS}")
    return faults


def register(folder: Path, size: int) -> Any:
    """The application on a register with `size` generated agreements in `folder`, made there unless it is there.

    One whose projection is of other code is made anew: that is quicker than rebuilding it.
    """
    import bench_data

    from register import create_app
    from register.door import EXTENSION
    from register.ledger.projection import VERSION

    mark = folder / str(size) / "projection"
    known = mark.exists() and mark.read_text() == VERSION
    if not known:
        for stale in mark.parent.glob("schakel.sqlite*"):
            stale.unlink()
    os.environ.update(SCHAKEL_DATA=str(mark.parent), DATABASE_URL="")
    serve.prepare()
    app = create_app()
    if not known:
        print(f"Generating {size} agreements …", flush=True)
        with app.extensions[EXTENSION].write() as session:
            bench_data.fill(session.connection(), size)
        app.extensions[EXTENSION].close()  # so that what was written leaves the write-ahead log
        mark.write_text(VERSION)
    return app


def _costs(apps: list[Any], addresses: tuple[str, str]) -> list[tuple[float, float]]:
    """Milliseconds of the processor and by the clock for the address on each register, in turns."""
    clients = [app.test_client() for app in apps]
    took: list[list[tuple[float, float]]] = [[], []]
    for round_ in range(ROUNDS + 2):
        for client, address, times in zip(clients, addresses, took, strict=True):
            begin, clock = time.process_time(), time.perf_counter()
            answer = client.get(address)
            if round_ > 1:  # the first fill what is kept in memory
                times.append(((time.process_time() - begin) * 1000, (time.perf_counter() - clock) * 1000))
            if answer.status_code != 200:
                raise serve.ServeError(f"{address} answers {answer.status_code}.")
    return [
        (statistics.median(cpu for cpu, _ in times), statistics.median(wall for _, wall in times)) for times in took
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(serve.ROOT))
    with kept() as own:
        print("\n".join(measure(own)) or "Ten times the data costs no more than it may.")
