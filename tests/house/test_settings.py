"""What is documented is what is there, and templates fail on what is not."""

import re

import pytest
from jinja2 import UndefinedError

from register import i18n
from register.config import ROOT
from register.web.rendering import environment

NAME = re.compile(r"\b[A-Z][A-Z_]{3,}\b")
READ = re.compile(r'(?:environ(?:ment)?\.get\(|number\(|environ\[|\$\{?)"?([A-Z][A-Z_]{3,})\b')


def test_the_readme_lists_the_settings_that_are_read() -> None:
    table = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    documented = {name for line in table for name in NAME.findall(line.split("|")[1])}
    assert documented == _read("register/config.py")


def test_what_the_documents_name_as_a_setting_is_read_somewhere() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {
        name
        for document in documents
        for said in re.findall(r"`([^`]+)`", document.read_text(encoding="utf-8"))
        for name in re.findall(r"\b([A-Z][A-Z_]{3,})(?==|$|\b`)", said)
        if name.isupper() and ("=" in said or said == name)
    }
    words_of_other_kinds = {"README"}
    read = _read("register/config.py", "deploy/serve.py", "deploy/chromium.sh", "Makefile", "deploy/lock.sh")
    assert named - read - words_of_other_kinds == set()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("expression", ["{{ nothing }}", "{{ path.nothing }}", "{{ label['Status']['nothing'] }}"])
def test_a_template_fails_on_what_nobody_gave(language: str, expression: str) -> None:
    with pytest.raises(UndefinedError):
        environment(language).from_string(expression).render()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_templates_escape_what_they_show(language: str) -> None:
    made = environment(language).from_string("{{ text }}").render(text="<b>&'\"")
    assert made == "&lt;b&gt;&amp;&#39;&#34;"


def _read(*files: str) -> set[str]:
    return {name for file in files for name in READ.findall((ROOT / file).read_text(encoding="utf-8"))}
