"""The backoffice: Flask-Admin under our templates, one look with the portal. `register(app, rt)`.

Lists and pages that read are Flask-Admin views (views.py); what changes something is a page of a blueprint that calls
one verb (the modules *_acts.py). Who may open what is declared on each of them; verbs and queries ask again.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from flask import Flask
from flask_admin import Admin

from admin import (
    account_acts,
    acting_acts,
    answer_sheets,
    api_key_acts,
    bulk_acts,
    bulk_choice,
    calendar_acts,
    calendar_lists,
    case_acts,
    case_exports,
    cycle_acts,
    definition_acts,
    definition_reading,
    design_acts,
    design_codelists,
    design_forms,
    design_items,
    design_library,
    design_look,
    design_pages,
    design_play,
    design_reading,
    design_results,
    design_rules,
    design_start,
    design_steps,
    design_strokes,
    design_tries,
    extensions,
    factor_acts,
    handover,
    import_acts,
    job_acts,
    people_acts,
    person_history,
    person_roles,
    place_words,
    post_acts,
    public_link_acts,
    repairs,
    report_acts,
    rewinds,
    saved_lists,
    seen_as,
    staffing_acts,
    unit_acts,
    words,
)
from admin.accounts import AccountView
from admin.acting import ActingView
from admin.api_keys import ApiKeyView
from admin.bulk import BulkView
from admin.calendars import CalendarView
from admin.cases import CaseView
from admin.cycles import CycleView
from admin.definitions import DefinitionView
from admin.designs import DesignView
from admin.fields import FieldsView
from admin.home import HomeView
from admin.imports import ImportView
from admin.jobs import JobView
from admin.menu import add_menu
from admin.monitoring import MonitoringView
from admin.people import PersonView
from admin.posts import PostView
from admin.public_links import PublicLinkView
from admin.reading import SessionHandle
from admin.refusals import DenialView
from admin.reports import ReportView
from admin.stuck import StuckView
from admin.trail import EventView
from admin.units import UnitView
from engine.runtime import Runtime
from engine.store import tables

__all__ = ["register"]

ROOT = "/admin"
ACTS = (
    account_acts,
    acting_acts,
    answer_sheets,
    api_key_acts,
    bulk_acts,
    calendar_acts,
    calendar_lists,
    case_acts,
    case_exports,
    cycle_acts,
    definition_acts,
    definition_reading,
    design_acts,
    design_codelists,
    design_forms,
    design_items,
    design_library,
    design_look,
    design_pages,
    design_play,
    design_reading,
    design_results,
    design_rules,
    design_start,
    design_steps,
    design_strokes,
    design_tries,
    extensions,
    factor_acts,
    handover,
    import_acts,
    job_acts,
    people_acts,
    person_roles,
    person_history,
    post_acts,
    public_link_acts,
    repairs,
    report_acts,
    rewinds,
    saved_lists,
    seen_as,
    staffing_acts,
    unit_acts,
)


def register(app: Flask, rt: Runtime, shipped: Path) -> None:
    """Add the backoffice to the application; `shipped` holds what the gallery of field types shows, and holidays."""
    session = SessionHandle(rt)
    admin = Admin(app, name="Siklus", url=ROOT, index_view=HomeView(session, ROOT, "home"))
    admin.add_views(
        CycleView(session, lambda: tables.Cycle, f"{ROOT}/cycles", "cycles"),
        cases := CaseView(session, lambda: tables.Case, f"{ROOT}/cases", "cases"),
        BulkView(session, lambda: tables.BulkSet, f"{ROOT}/bulk", "bulk"),
        MonitoringView(session, f"{ROOT}/monitoring", "monitoring"),
        ReportView(session, f"{ROOT}/reports", "reports"),
        StuckView(session, lambda: tables.Case, f"{ROOT}/stuck", "stuck"),
        PersonView(session, lambda: tables.Person, f"{ROOT}/people", "people"),
        UnitView(session, lambda: tables.Unit, f"{ROOT}/units", "units"),
        PostView(session, lambda: tables.Post, f"{ROOT}/posts", "posts"),
        ActingView(session, lambda: tables.ActingOrder, f"{ROOT}/acting", "acting"),
        CalendarView(session, f"{ROOT}/calendars", "calendars"),
        AccountView(session, lambda: tables.Person, f"{ROOT}/accounts", "accounts"),
        PublicLinkView(session, lambda: tables.PublicLink, f"{ROOT}/public-links", "public_links"),
        ImportView(session, lambda: tables.ImportFile, f"{ROOT}/imports", "imports"),
        ApiKeyView(session, lambda: tables.ApiKey, f"{ROOT}/api-keys", "api_keys"),
        DefinitionView(session, lambda: tables.DefinitionVersion, f"{ROOT}/definitions", "definitions"),
        DesignView(session, f"{ROOT}/designs", "designs"),
        FieldsView(session, f"{ROOT}/fields", "fields", shipped / "gallery/fields.yaml"),
        JobView(session, lambda: tables.Job, f"{ROOT}/jobs", "jobs"),
        EventView(session, lambda: tables.Event, f"{ROOT}/events", "events"),
        DenialView(session, lambda: tables.Denial, f"{ROOT}/denials", "denials"),
    )
    app.config[bulk_choice.CASES] = cases
    app.config[design_library.SHIPPED] = shipped / "gallery/fields.yaml"
    app.config[design_start.SHIPPED] = shipped
    app.config[calendar_lists.SHIPPED] = shipped / "calendars/indonesia.yaml"
    for acts in ACTS:
        app.register_blueprint(acts.pages)
    add_menu(app, admin)
    design_pages.add_designing(app)
    _add_template_names(app)


def _add_template_names(app: Flask) -> None:
    """Filters that read stored times, and the words of the backoffice as `words.…`."""
    app.jinja_env.filters["at"] = datetime.fromisoformat
    app.jinja_env.filters["on"] = date.fromisoformat
    app.jinja_env.globals["words"] = words
    app.jinja_env.globals["place_kind"] = place_words.kind
