import ast
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from simulator.markup import templates

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulator", "agents", "experiments")


def filled(source: str, **values: object) -> str:
    return templates("simulator").from_string(source).render(**values)


def unescaped(root: Path) -> list[str]:
    """Return the files in which something may become HTML without a template that escapes it."""
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*"))]
    open_templates = [
        path
        for path in files
        if path.suffix == ".jinja"
        and re.search(r"\bsafe\b|autoescape", path.read_text(encoding="utf-8"))
    ]
    return [path.name for path in (*open_templates, *filter(_makes_markup, files))]


def _makes_markup(path: Path) -> bool:
    """Tell whether a module makes HTML out of anything but its own words."""
    return path.suffix == ".py" and any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] == "Markup"
        and not all(isinstance(value, ast.Constant) for value in node.args)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_what_is_filled_in_is_text_whatever_it_is() -> None:
    text = '<b title="x">&\x1b\n'
    assert filled("{{ text }}", text=text) == "&lt;b title=&#34;x&#34;&gt;&amp;\\x1b\n"
    assert filled("{{ text | lines }}", text=text) == ("&lt;b title=&#34;x&#34;&gt;&amp;\\x1b<br>")
    assert filled("{{ number }} {{ number | lines }}", number=2.5) == "2.5 2.5"


def test_what_a_template_made_is_not_escaped_again() -> None:
    source = "{% macro name(text) %}<b>{{ text }}</b>{% endmacro %}{{ name(text) | lines }}"
    assert filled(source, text="\x07<") == "<b>\\x07&lt;</b>"
    assert filled("{{ html }}", html=Markup("<br>")) == "<br>"


def test_a_value_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        filled("<p>{{ text }}</p>")


def test_nothing_becomes_html_but_by_a_template_that_escapes_it() -> None:
    assert unescaped(ROOT) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.html.jinja", "{{ text | safe }}"),
        ("a.html.jinja", "{% autoescape false %}{{ text }}{% endautoescape %}"),
        ("a.py", "html = Markup(text)"),
        ("a.py", "html = markupsafe.Markup(f'<b>{text}</b>')"),
    ],
)
def test_a_text_that_is_not_escaped_is_seen(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / "simulator").mkdir()
    (tmp_path / "simulator" / name).write_text(source, encoding="utf-8")
    assert unescaped(tmp_path) == [name]
