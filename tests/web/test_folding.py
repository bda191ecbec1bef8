"""Templates say what Jinja makes of them without the register's short ways: in pages, and in mail, which is plain."""

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from register import i18n
from register.web.rendering import environment

SAID = (
    '{{ _("Hello %(name)s,", name=name) }}',
    '{{ _("Clear filters") }} {{ pgettext("filter", "Nature") }} {{ _("Clear filters") ~ name }}',
    '{{ ngettext("%(num)s result", "%(num)s results", 2) }} {{ number(1234) }} {{ label.Status["ongoing"] }}',
    '{{ name }} {{ markup }} {{ kept.of.it }} {{ kept["of"]["it"] }} {{ name|upper }} {{ 5 }} {{ none }}',
    '{{ path("agreements", "NLVL-2023-001", **kept.query) }} {{ path("search", q=name) }} {{ path() }}',
    '{% macro pair(one, two="-") %}<b>{{ one }}</b>{{ two }}{% endmacro %}{{ pair(name) }}{{ pair(name, two=markup) }}',
    "{% macro framed(word) %}[{{ caller(word) }}]{% endmacro %}{% call(word) framed(name) %}{{ word }}{% endcall %}",
    "{% for one in [name, markup] %}{{ loop.cycle('odd', 'even') }}{{ one }}{% endfor %}{{ name.replace('O', '<') }}",
)


def _plain(made: Environment, language: str) -> Environment:
    """Jinja as it comes, with the same words and functions."""
    found = Environment(autoescape=made.autoescape, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    found.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    found.globals = {**made.globals, **{name: found.globals[name] for name in found.globals if "gettext" in name}}
    return found


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("escaped", [True, False])
def test_the_same_is_said(language: str, escaped: bool) -> None:
    made = environment(language).overlay(autoescape=escaped)
    plain, markup = _plain(made, language), Markup("<i>'</i>")
    given = {"name": "O'Brien & <zn>", "markup": markup, "kept": {"of": {"it": '"&"'}, "query": {"q": "a b"}}}
    for template in SAID:
        assert made.from_string(template).render(given) == plain.from_string(template).render(given), template
    assert ("&amp;" in made.from_string(SAID[0]).render(given)) == escaped


def test_what_nobody_gave_is_an_error_also_where_it_is_called() -> None:
    for template in ("{{ nobody }}", "{{ nobody(1) }}", "{{ path(nobody) }}"):
        with pytest.raises(UndefinedError):
            environment("nl").from_string(template).render()
