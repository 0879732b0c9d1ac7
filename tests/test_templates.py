"""Templates keep what the security policy and escaping need; each rule can fail."""

import re
from pathlib import Path

import pytest

from engine.web.styles import UNUSED

ROOT = Path(__file__).parent.parent
LEFT_OUT = rf"""class\s*=\s*["'][^"']*(?<![\w-])(?:{"|".join(UNUSED)})"""
RULES = {
    "has a class that we leave out of Bootstrap (engine/web/styles.py)": LEFT_OUT,
    "marks text as safe; build Markup in code, from escaped parts": r"\|\s*safe\b",
    "switches escaping off": r"\{%-?\s*autoescape\s+false",
    "has an inline handler; listen in static/js": r"<[^>]*\son[a-z]+\s*=",
    "has an inline style; use a class": r"<[^>]*\sstyle\s*=",
    "has an inline <style>": r"<style\b",
    "has an inline script; write a module in static/js": r"<script\b(?![^>]*\bsrc\s*=)",
    "has a javascript: address": r"""(?:href|action|src)\s*=\s*["']?\s*javascript:""",
    "loads from another host": r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//""",
    "has an attribute without quotes round its expression": r"<[^>{]*\s[a-z-]+=\{\{",
}


def breaches(name: str, source: str) -> list[str]:
    return [
        f"{name}:{source.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in RULES.items()
        for match in re.finditer(pattern, source, re.IGNORECASE)
    ]


def test_every_template_keeps_the_security_policy():
    paths = sorted(ROOT.glob("templates/**/*.html"))
    assert paths, "no templates were found"
    found = [breach for path in paths for breach in breaches(str(path.relative_to(ROOT)), path.read_text())]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        '<div class="card modal fade">',
        "{{ text|safe }}",
        "{{ text | safe }}",
        "{% autoescape false %}",
        '<button type="button" onclick="go()">',
        '<p class="a" style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
        "<input value={{ text }}>",
    ],
)
def test_a_breach_is_found(source):
    assert len(breaches("x.html", f"<p>\n{source}")) >= 1


@pytest.mark.parametrize(
    "source",
    [
        "<script type=\"module\" src=\"{{ url_for('static', filename='js/form.js') }}\"></script>",
        '<input value="{{ text }}" {{ "checked" if on }}>',
        "{{ once }} <p>only = one style = two</p>",
    ],
)
def test_what_is_allowed_is_not_complained_about(source):
    assert breaches("x.html", source) == []
