"""The register served as in production, for a browser to visit: by one worker, which has nothing to share."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from register.config import ROOT

PATIENCE = 60.0  # seconds for the server's first answer
_OUTSIDE = ("DATABASE_URL", "DATABASE_PUBLIC_URL", "DATABASE_OWNER_URL", "SCHAKEL_URL")


@contextmanager
def served(data: Path, log: Path, **settings: str) -> Iterator[str]:
    """Serve the register in the folder `data`, with more `settings`; gives its address. Fails if it had an error."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    environment |= {"SCHAKEL_DATA": str(data), **settings}
    options = ("--interface", "wsgi", "--no-ws", "--workers", "1", "--blocking-threads", "2", "--log-level", "warning")
    subprocess.run([sys.executable, ROOT / "deploy" / "build.py"], check=True)  # no stale copies of the static files
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *options, "--host", "127.0.0.1", "--port", str(port), "app:app"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/healthz", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "internal error" not in log.read_text()


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer in {PATIENCE:.0f} seconds:\n{log.read_text()}")
