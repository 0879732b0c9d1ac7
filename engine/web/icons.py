"""Icons of Bootstrap Icons, drawn into the page one by one; the sprite of 1.1 MB is never sent. `icon('name')`."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

SYMBOL = '<symbol class="bi bi-{0}" viewBox="([0-9 .-]+)" id="{0}">(.*?)</symbol>'
SHAPE = Markup('<svg class="icon" viewBox="{}" fill="currentColor" aria-hidden="true" focusable="false">{}</svg>')
NAMED = Markup('<svg class="icon" viewBox="{}" fill="currentColor" role="img" aria-label="{}">{}</svg>')


def package_folder() -> Path:
    """The folder of Bootstrap-Flask, whose Python is never imported."""
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise RuntimeError("Bootstrap-Flask is not installed; run: make setup")
    return Path(spec.origin).parent


def icon(name: str, label: str = "") -> Markup:
    """An icon of the size of the text. Without `label` it is decoration: the words stand beside it."""
    box, shapes = _symbol(name)
    return NAMED.format(box, label, shapes) if label else SHAPE.format(box, shapes)


@cache
def _symbol(name: str) -> tuple[str, Markup]:
    sprite = (package_folder() / "static/bootstrap5/icons/bootstrap-icons.svg").read_text(encoding="utf-8")
    found = re.search(SYMBOL.format(re.escape(name)), sprite, re.DOTALL)
    if found is None:
        raise LookupError(f"Bootstrap Icons has no icon named {name!r}")
    return found[1], Markup(found[2])
