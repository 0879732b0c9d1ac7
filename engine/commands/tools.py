"""What the composition root lends the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from engine import outbox, schedule
from engine.core.catalog import Catalog
from engine.installation import Installation
from engine.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Tools:
    """Doors to what wsgi puts together, opened by the command that needs it."""

    installation: Callable[[], Installation]
    catalog: Callable[[], Catalog]
    runtime: Callable[[Installation], Runtime]
    app: Callable[[Installation, Runtime], Flask]
    runner: outbox.Runner
    works: Callable[[], Mapping[str, outbox.Work]]
    dailies: Callable[[], Mapping[str, schedule.Daily]]
    shipped: Path
