"""The staff's pages: tasks, cases, forms, what was sent, signing in. They read queries and write through verbs."""

from __future__ import annotations

from flask import Flask

from engine.runtime import Runtime
from engine.web.booklet import add_booklet
from engine.web.file_words import add_file_words
from engine.web.forms import add_forms
from engine.web.holding import add_holding
from portal import (
    auth,
    case,
    codes,
    doubts,
    entries,
    entry_file_acts,
    entry_files,
    entry_shown,
    feeds,
    figures,
    files,
    form,
    inbox,
    kept_entries,
    linked,
    news,
    nominations,
    notices,
    people,
    pickers,
    prints,
    procedure,
    provider,
    public_forms,
    registers,
    roles,
    scores,
    second_factor,
    security,
    starting,
    submission,
    team,
    unit_pages,
    voices,
    worksheets,
)
from portal.stepping import add_stepping

PAGES = (
    auth,
    inbox,
    case,
    linked,
    codes,
    feeds,
    figures,
    entries,
    entry_file_acts,
    entry_files,
    entry_shown,
    doubts,
    files,
    form,
    kept_entries,
    nominations,
    notices,
    people,
    pickers,
    prints,
    news,
    procedure,
    public_forms,
    registers,
    roles,
    scores,
    starting,
    submission,
    team,
    unit_pages,
    voices,
    worksheets,
    second_factor,
    security,
    provider,
)


def register(app: Flask, rt: Runtime) -> None:
    """Put the portal's pages on the application."""
    add_forms(app)
    add_holding(app)
    add_booklet(app)
    add_file_words(app)
    provider.know(app, rt)
    add_stepping(app)
    registers.add_registers(app)
    figures.add_figures(app)
    public_forms.add_public_forms(app)
    news.add_news(app, rt)
    for module in PAGES:
        app.register_blueprint(module.pages)
