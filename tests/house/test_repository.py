"""What the repository promises of itself: short files, locks that any mirror can serve, habits that have a name."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 350
LOCKS = ("run.txt", "postgres.txt", "oidc.txt", "all.txt", "test.txt", "tools.txt", "htmx.txt")

# Written with one-letter classes so that this file does not match itself.
FOREIGN = re.compile(
    r"(?<![\w.~])/(?:r[o]ot|h[o]me|w[o]rk|U[s]ers)/\w"  # a path of one machine; `/en/work/…` is an address of the site
    r"|file:[/]//"
    r"|\bp[y]pi\.(?:org|io)|python[h]osted|registry\.n[p]mjs|deb\.d[e]bian",  # the index is the installer's choice
    re.IGNORECASE,
)


def tracked(*patterns: str) -> list[Path]:
    """The files that belong to the repository: committed, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]


def locked(name: str) -> dict[str, str]:
    """Name to requirement (version and marker) of each entry of a lock file, in lower case with hyphens."""
    entries = re.findall(r"^([A-Za-z][\w.-]*)(==[^\\\n]+)", (ROOT / "deploy/lock" / name).read_text(), re.MULTILINE)
    return {normal(package): rest.strip() for package, rest in entries}


def normal(package: str) -> str:
    """The one spelling that installers compare names in."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    files = tracked("*.py", "*.html", "*.css", "*.js")
    assert files
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_file_names_one_machine_or_one_package_index() -> None:
    found = []
    for file in tracked():
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture
        foreign = [(n, line) for n, line in enumerate(lines, 1) if FOREIGN.search(line)]
        found += [f"{file.relative_to(ROOT)}:{n}: {line[:100]}" for n, line in foreign]
    assert found == []


@pytest.mark.parametrize(
    ("line", "foreign"),
    [("see /r" + "oot/x", True), ("https://p" + "ypi.org/simple", True), ('href="/en/work/inbox"', False)],
)
def test_the_pattern_for_foreign_words_finds_them(line: str, foreign: bool) -> None:
    assert bool(FOREIGN.search(line)) is foreign


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "deploy/lock" / name).read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=[A-Za-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert requirements
    assert [entry.split("==")[0] for entry in requirements if "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|^\s*-.*index.*|^\s*-.*find-links.*", text, re.MULTILINE) == []


def test_locks_hold_every_dependency_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"]
    extras = [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
    assert {_name(asked) for asked in needed} - set(locked("run.txt")) == set()
    assert {_name(asked) for asked in extras + project["dependency-groups"]["test"]} - set(locked("test.txt")) == set()


def test_what_is_tested_is_what_is_served() -> None:
    def versions(name: str) -> set[tuple[str, str]]:  # without markers: what is tested may need it in more places
        return {(package, wanted.split(";")[0].strip()) for package, wanted in locked(name).items()}

    for served in ("run.txt", "postgres.txt", "oidc.txt", "all.txt"):
        assert versions(served) - versions("test.txt") == set()


def test_help_lists_every_habit() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  ([a-z][\w-]*) +\S", shown, re.MULTILINE))
    assert listed == targets
    assert {"help", "serve", "test", "lint", "strings", "migrate", "seed", "lock", "bench"} <= targets


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in script if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]


@pytest.mark.parametrize(
    "made",
    [
        "static/vendor/htmx.min.js",
        "static/site.css.br",
        "static/site.css.gz",
        "translations/nl/LC_MESSAGES/messages.mo",
        "instance/schakel.sqlite",
        ".venv/x",
    ],
)
def test_what_is_made_is_not_committed(made: str) -> None:
    assert subprocess.run(["git", "check-ignore", "-q", made], cwd=ROOT, check=False).returncode == 0
    assert tracked(made) == []


def _name(requirement: str) -> str:
    return normal(re.split(r"[\s\[;<>=!~(]", requirement, maxsplit=1)[0])
