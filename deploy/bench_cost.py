"""Measures for `make bench` what a page costs the server beside a bare Flask page of 20 kB, and what two workers hold.

On a register of SIZE generated agreements, nothing cached: each request asks for another page than the one before, and
is answered whole. The two servers are asked in turns, and what counts is the time of the processor that they use.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import bench_scale
import bench_server
import serve

SIZE, ROUNDS, IN_TURN = 10_000, 12, 40
MOST_HELD = 180  # megabytes, of two workers and what started them


class Measured(NamedTuple):
    """Pages of one sort: what the bare page costs, divided by what they cost, is to be at least `least`."""

    name: str
    least: float
    addresses: Sequence[str]


PAGES = (
    Measured("list", 0.4, [f"/nl/afspraken?after=NLVL-2023-{number}" for number in range(1000, 9000, 97)]),
    Measured("agreement", 0.8, [f"/nl/afspraken/NLVL-2023-{number}" for number in range(1000, 9000, 97)]),
    Measured("search", 0.4, [f"/nl/zoeken?q={word}" for word in ("water", "pfas", "waterstof", "schelde", "energie")]),
)


def measure(folder: Path) -> list[str]:
    """Print what pages cost and workers hold, and give the limits that are broken. `folder` keeps the register."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("\nWhat pages cost beside a bare page is measured on Linux only.")
        return []
    bench_scale.register(folder, SIZE)
    os.environ.update(SCHAKEL_DATA=str(folder / str(SIZE)), DATABASE_URL="", WORKERS="1")
    faults = []
    print(f"\n{'ms of the processor':34}{'bare':>8}{'ours':>8}{'bare/ours':>11}{'at least':>10}")
    with bench_server.bare() as bare, bench_server.served() as ours:
        for page in PAGES:
            spent = _in_turns(bare, ours, page.addresses)
            ratio = spent[0] / spent[1]
            print(f"{page.name:34}{spent[0]:8.2f}{spent[1]:8.2f}{ratio:11.2f}{page.least:10.1f}")
            if ratio < page.least:
                faults.append(f"{page.name}: a bare page costs {ratio:.2f} times as much, at least {page.least}")
    held = _held()
    print(f"Two workers hold {held:.0f} MB (PSS), at most {MOST_HELD}.")
    return faults + ([f"two workers hold {held:.0f} MB, at most {MOST_HELD}"] if held > MOST_HELD else [])


def _in_turns(bare: bench_server.Browser, ours: bench_server.Browser, addresses: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of the processor for a request, of the bare page and of these."""
    turns = ((bare, ["/"]), (ours, addresses))
    spent = [0.0, 0.0]
    for round_ in range(ROUNDS + 1):
        for place, (browser, asked) in enumerate(turns):
            begin = browser.spent()
            for number in range(IN_TURN):
                address = asked[(round_ * IN_TURN + number) % len(asked)]
                answer = browser.get(address)
                if answer.status != 200:
                    raise serve.ServeError(f"{address} answers {answer.status}.")
            if round_:  # the first fills what is kept in memory
                spent[place] += browser.spent() - begin
    return spent[0] / ROUNDS / IN_TURN * 1000, spent[1] / ROUNDS / IN_TURN * 1000


def _held() -> float:
    """Megabytes of two workers that have each answered pages of every sort."""
    os.environ["WORKERS"] = "2"
    with bench_server.served() as first:
        for turn in range(20):  # each a connection of its own, so that either worker gets some
            browser = bench_server.Browser(first.server, first.connection.port)
            for page in PAGES:
                browser.get(page.addresses[turn % len(page.addresses)])
        return first.held()


if __name__ == "__main__":
    sys.path.insert(0, str(serve.ROOT))
    os.environ["SCALE_DATA"] = os.environ.get("SCALE_DATA") or "instance/bench"
    print("\n".join(measure(Path(os.environ["SCALE_DATA"]))) or "Pages cost no more than they may.")
