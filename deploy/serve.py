"""Serves the register as in production, in the foreground: `make serve`, or ExecStart of a systemd unit.

Prepares the data first (schema, seed, attached texts), then starts the server and prints its address once it answers.
Settings come from the environment: HOST, PORT, WORKERS, THREADS here; SCHAKEL_DATA, DATABASE_URL, SOURCES and the
rest in register/config.py.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for the first answer
SERVER: tuple[str, ...] = (
    str(ROOT / "deploy" / "server.py"),
    "--interface",
    "wsgi",
    "--no-ws",
    "--log-level",
    "warning",
)
SERVER += ("--workers-kill-timeout", "10")
TARGET = "app:app"


class ServeError(Exception):
    """The register cannot be served; the message says why and what to do."""


def number(name: str, default: int, highest: int) -> int:
    """The whole number from 1 to `highest` in environment variable `name`. Raises ServeError."""
    said = os.environ.get(name) or str(default)
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= highest:
        raise ServeError(f"{name}={said} is not a number from 1 to {highest}.")
    return int(said)


def check_free(host: str, port: int) -> None:
    """Raise ServeError when nothing can listen on `host` and `port`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise ServeError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}.\n"
            f"Perhaps another program uses it; choose another port with PORT={port + 1 if port < 65535 else 8000}."
        ) from error


def prepare() -> None:
    """Bring the schema up to date, load the seed into an empty register, attach texts. Raises ServeError."""
    from sqlalchemy.exc import OperationalError

    from register.cli import prepare as prepare_register
    from register.config import Settings
    from register.errors import SchakelError
    from register.imports.reading import SeedFaults

    texts = Path(os.environ["SOURCES"]) if os.environ.get("SOURCES") else None
    try:
        prepare_register(Settings.from_environment(), texts)
    except SeedFaults as error:
        raise ServeError("\n".join(map(str, (*error.faults, error, "Nothing was loaded.")))) from error
    except SchakelError as error:
        raise ServeError(str(error)) from error
    except OperationalError as error:
        raise ServeError(
            f"The database does not answer: {error.orig}\n"
            "Check DATABASE_URL, or SCHAKEL_DATA: the folder must be writable and on a local disk."
        ) from error
    except OSError as error:
        raise ServeError(
            f"The data folder cannot be used: {error}.\nChoose another with SCHAKEL_DATA=folder."
        ) from error


def start(host: str, port: int, *target: str) -> "subprocess.Popen[bytes]":
    """Start the server for `target`, else for TARGET; threads wait for the database, so a few per worker are enough.

    It gets a session of its own, so that Ctrl-C reaches this program only, which then stops it in good order.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("FLASK_DEBUG", None)
    workers, threads = number("WORKERS", 2, 64), number("THREADS", 4, 64)
    options = ("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads))
    return subprocess.Popen(
        [sys.executable, *SERVER, *options, *(target or (TARGET,))], env=environment, start_new_session=True
    )


def answers(host: str, port: int) -> bool:
    """Whether GET /healthz answers 200."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(reachable, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait(server: "subprocess.Popen[bytes]", answering: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return once the server answers. Raises ServeError when it ends, or says nothing useful for `patience` seconds."""
    deadline = time.monotonic() + patience
    while not answering():
        if server.poll() is not None:
            raise ServeError("The server stopped while starting; its own message stands above.")
        if time.monotonic() > deadline:
            raise ServeError(f"The server started, but /healthz did not answer 200 within {patience:.0f} seconds.")
        time.sleep(0.05)


def address(host: str, port: int) -> str:
    """What to open in a browser: by name where the machine is this one, since passkeys need a name."""
    if host in {"127.0.0.1", "::1", "0.0.0.0", "::", "localhost"}:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Ask the server to finish what it is answering, and insist after a while."""
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def interrupted(_signal: int, _frame: FrameType | None) -> None:
    """Treat SIGTERM and a closed terminal like Ctrl-C: each ends the wait below."""
    raise KeyboardInterrupt


def main() -> int:
    """Prepare and serve until stopped; returns the exit status: 0 after Ctrl-C or SIGTERM, 1 after a failure."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, interrupted)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    host = os.environ.get("HOST") or "127.0.0.1"
    server = None
    try:
        port = number("PORT", 8000, 65535)
        check_free(host, port)
        prepare()
        print("Starting …", flush=True)
        server = start(host, port)
        wait(server, lambda: answers(host, port))
        print(f"{address(host, port)}   (Ctrl-C stops it)", flush=True)
        raise ServeError(f"The server stopped by itself (status {server.wait()}).")
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except ServeError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        if server:
            for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C must not leave the server behind
            stop(server)


if __name__ == "__main__":
    sys.exit(main())
