"""Servers for `make bench`: started as `make serve` starts them, asked as a browser does, watched from outside.

What they spend and hold is read in /proc, which Linux has.
"""

import http.client
import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import serve

REPEATS, BARE_BYTES = 60, 20_000
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Got(NamedTuple):
    """An answer: status, headers, and the body as it travelled, undecoded."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Browser:
    """One connection to a server on this machine, asking as a browser does."""

    def __init__(self, server: Any, port: int) -> None:
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, address: str, **headers: str) -> Got:
        """Fetch `address`."""
        self.connection.request("GET", address, headers={"Accept-Encoding": "br", **headers})
        answer = self.connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())

    def median_ms(self, address: str) -> float:
        """Milliseconds until the whole answer is there, in the middle of REPEATS tries."""
        self.get(address)
        times = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            self.get(address)
            times.append(time.perf_counter() - begin)
        return statistics.median(times) * 1000

    def spent(self) -> float:
        """Seconds of the processor that the server has used until now, its workers included."""
        fields = [(process / "stat").read_text().rpartition(")")[2].split() for process in self._processes()]
        return sum(int(found[11]) + int(found[12]) for found in fields) * TICK

    def held(self) -> float:
        """Megabytes that the server holds, its workers included; what they share is counted once (PSS)."""
        rolls = [(process / "smaps_rollup").read_text() for process in self._processes()]
        lines = [line.split() for roll in rolls for line in roll.splitlines()]
        return sum(int(line[1]) for line in lines if line[0] == "Pss:") / 1000

    def _processes(self) -> list[Path]:
        """The server and what it started: it is the first of a session of its own."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                session = (process / "stat").read_text().rpartition(")")[2].split()[3]
            except OSError:  # it has just ended
                continue
            if int(session) == self.server.pid:
                found.append(process)
        return found


def bare_app() -> Any:
    """A Flask application with one page of about BARE_BYTES and nothing else: what a page costs at the least."""
    from flask import Flask, render_template
    from jinja2 import DictLoader

    row = "<tr><td>{{ n }}</td><td>{{ words }}</td></tr>\n"
    template = "<!doctype html><title>bare</title><table>{% for n in range(rows) %}" + row + "{% endfor %}</table>"
    words = "Some words of ordinary length that fill a cell"
    rows = BARE_BYTES // (len(row) + len(words) - 16)
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"bare.html": template})
    app.add_url_rule("/", "page", lambda: render_template("bare.html", rows=rows, words=words))
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


@contextmanager
def served(*target: str) -> Iterator[Browser]:
    """A server for `target`, on a port that was free a moment ago; ends with the block."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    server = serve.start("127.0.0.1", port, *target)
    try:
        serve.wait(server, lambda: serve.answers("127.0.0.1", port))
        yield Browser(server, port)
    finally:
        serve.stop(server)


def bare() -> Any:
    """A server with the bare page, as `served` gives one."""
    return served("bench_server:bare_app", "--factory", "--working-dir", str(Path(__file__).parent))
