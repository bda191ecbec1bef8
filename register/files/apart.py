"""Checking bytes from outside in a process of its own, which ends when it takes too much time or memory.

The libraries that read PDF, pictures and XML are large and written in C; what a hostile file does to them stays there.
"""

import json
import resource
import subprocess
import sys
from contextlib import suppress
from threading import BoundedSemaphore

from register.files.findings import Cleaned, Finding, Unclean
from register.words.files import FileType, Removed

SECONDS = 20  # of computing; on the clock a little more
MEMORY = 1_000_000_000  # bytes of address space
AT_ONCE = 2  # files that one process of the server has checked at the same time
_LATER = 10
_turn = BoundedSemaphore(AT_ONCE)


def check(data: bytes) -> Cleaned:
    """As `checking.check`, within bounds of time and memory. Raises Unclean, also for a file that would exceed them."""
    from register.config import ROOT  # not at the top: the program itself starts without what settings need

    command = [sys.executable, "-m", "register.files"]
    with _turn:
        try:
            done = subprocess.run(  # noqa: S603 - our own program, no shell, nothing of the file in the command
                command, input=data, capture_output=True, timeout=SECONDS + _LATER, cwd=ROOT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unclean(Finding("heavy")) from error
    first, _, rest = done.stdout.partition(b"\n")
    try:
        told = json.loads(first)
    except ValueError as error:  # it was ended, or ended itself
        raise Unclean(Finding("heavy")) from error
    if "found" in told:
        raise Unclean(*(Finding(kind, times, tuple(where)) for kind, times, where in told["found"]))
    return Cleaned(FileType(told["type"]), rest, tuple(Removed(word) for word in told["removed"]))


def main() -> None:
    """The program: a file comes in; a line of JSON goes out, and the cleaned file after it."""
    from register.files import checking  # not at the top: the server itself holds none of the libraries

    for what, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a system that knows no such limit: time on the clock still ends it
            resource.setrlimit(what, (most, most))
    told: dict[str, object]
    try:
        cleaned = checking.check(sys.stdin.buffer.read())
    except Unclean as unclean:
        told, data = {"found": [list(finding) for finding in unclean.findings]}, b""
    except (MemoryError, RecursionError):
        told, data = {"found": [["heavy", 1, []]]}, b""
    else:
        told, data = {"type": cleaned.type, "removed": list(cleaned.removed)}, cleaned.data
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + data)
