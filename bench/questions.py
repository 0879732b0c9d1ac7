"""How many statements each page asks of the database, counted inside the product, warm."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import event

import wsgi
from bench.city import Page
from bench.settings import installation

MOST = 12


def count(url: str, pages: Sequence[Page]) -> dict[str, int]:
    """Page → statements of its second opening (the first fills caches that live as long as the process)."""
    rt = wsgi.build_runtime(installation(url))
    app = wsgi.create_app(installation(url), rt)
    seen: list[str] = []
    event.listen(rt.db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    found = {}
    for page in pages:
        for _ in range(2):
            seen.clear()
            client = app.test_client()
            client.set_cookie("siklus", page.token)
            answer = client.get(page.path)
            if answer.status_code != 200:
                raise RuntimeError(f"{page.path} answers {answer.status_code}")
        found[page.name] = len(seen)
    rt.db.close()
    return found
