"""The menu of the backoffice, and the trail of pages above each one. Knows the views by their section alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from flask_admin import Admin

ICONS = {
    "home": "house",
    "people": "people",
    "units": "diagram-3",
    "acting": "person-gear",
    "calendars": "calendar3",
    "public_links": "qr-code",
    "imports": "box-arrow-in-down",
    "accounts": "key",
    "api_keys": "plug",
    "cycles": "arrow-repeat",
    "cases": "folder2-open",
    "bulk": "ui-checks",
    "monitoring": "speedometer2",
    "reports": "bar-chart",
    "stuck": "sign-stop",
    "definitions": "file-earmark-code",
    "designs": "pencil-square",
    "jobs": "gear",
    "events": "clock-history",
    "denials": "shield-exclamation",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its section, where it leads, its picture."""

    section: str
    path: str
    icon: str


def add_menu(app: Flask, admin: Admin) -> None:
    """Give templates `backoffice_menu()`: the entries that the reader may open, in Flask-Admin's order."""

    def backoffice_menu() -> list[Entry]:
        return list(_entries(admin))

    app.jinja_env.globals["backoffice_menu"] = backoffice_menu


def _entries(admin: Admin) -> Iterable[Entry]:
    for item in admin.menu():
        if item.is_accessible() and item.is_visible():
            section = str(item.name)
            yield Entry(section, str(item.get_url()), ICONS[section])
