"""Makes what the repository does not carry: compiled catalogues, htmx, and compressed copies of the static files.

Runs in .venv before serving and testing; does nothing when all of it is there and newer than its source.
"""

import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC, TRANSLATIONS = ROOT / "static", ROOT / "translations"
LOCK = ROOT / "deploy" / "lock" / "htmx.txt"
HTMX = STATIC / "vendor" / "htmx.min.js"
HTMX_IN_WHEEL = "django_htmx/static/django_htmx/htmx-2.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"  # htmx 2.0.10
COMPRESSIBLE = {".css", ".js", ".svg"}


class BuildError(Exception):
    """Something could not be made; the message says what to do."""


def stale(made: Path, source: Path) -> bool:
    """Whether `made` is missing or older than `source`."""
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def replace(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, so that an interrupted run leaves nothing half made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    made = Path(file.name)
    made.chmod(0o644)
    made.replace(path)


def compile_catalogues() -> None:
    """translations/*/LC_MESSAGES/messages.po to .mo. Raises BuildError naming a catalogue that does not read."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        made = source.with_suffix(".mo")
        if not stale(made, source):
            continue
        import io

        from babel.messages.mofile import write_mo
        from babel.messages.pofile import PoFileError, read_po

        language = source.parent.parent.name
        print(f"Compiling the catalogue {language} …", flush=True)
        try:
            with source.open("rb") as file:
                catalogue = read_po(file, locale=language, abort_invalid=True)
        except PoFileError as error:
            raise BuildError(f"{source.relative_to(ROOT)} does not read: {error}") from error
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        replace(made, compiled.getvalue())


def fetch_htmx() -> None:
    """static/vendor/htmx.min.js, out of a wheel that carries it, at a pinned version and digest."""
    if HTMX.exists() and hashlib.sha256(HTMX.read_bytes()).hexdigest() == HTMX_SHA256:
        return
    print("Fetching htmx …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes")
        fetched = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "--dest", folder, "--requirement", str(LOCK)],
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode:
            raise BuildError(
                f"{fetched.stderr}\nhtmx could not be fetched: check that pip reaches its package index "
                "(network, proxy, PIP_INDEX_URL), then run the same command again."
            )
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(HTMX_IN_WHEEL)
    if hashlib.sha256(content).hexdigest() != HTMX_SHA256:
        raise BuildError(f"{HTMX_IN_WHEEL} is not the htmx that deploy/build.py pins; it was not installed.")
    replace(HTMX, content)


def compress() -> None:
    """A .br and a .gz beside each compressible static file, for servers to send as they stand."""
    for copy in [*STATIC.rglob("*.br"), *STATIC.rglob("*.gz")]:
        if not copy.with_suffix("").exists():
            copy.unlink()
    for source in sorted(path for path in STATIC.rglob("*") if path.suffix in COMPRESSIBLE):
        for ending in (".br", ".gz"):
            made = source.with_name(source.name + ending)
            if stale(made, source):
                content = source.read_bytes()
                if ending == ".gz":
                    replace(made, gzip.compress(content, 9, mtime=0))
                else:
                    import brotli

                    replace(made, brotli.compress(content, quality=11))


def main() -> int:
    """Make everything that is missing; returns the exit status."""
    try:
        compile_catalogues()
        fetch_htmx()
        compress()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
