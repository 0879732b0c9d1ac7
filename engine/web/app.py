"""Makes the Flask application that portal, admin and api register their pages on. Knows none of them.

`create_web(rt, wiring, settings)` → words, permissions, headers, errors, assets, health, icons; wsgi adds the pages.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, request

from engine.runtime import Runtime
from engine.web import canvas, health
from engine.web.actor import add_door
from engine.web.assets import add_assets
from engine.web.choices import choices
from engine.web.context import (
    ACTIVATE,
    ADMIN,
    EXTENSION,
    FORGOTTEN,
    HOME,
    PASSWORD,
    SECURITY,
    SESSIONS,
    SIGN_IN,
    SIGN_OUT,
    Settings,
    Site,
    Wiring,
)
from engine.web.device import account_tag
from engine.web.diagram import add_diagram
from engine.web.errors import add_errors
from engine.web.i18n import shipped
from engine.web.icons import icon
from engine.web.language import add_language
from engine.web.link_checks import add_link_checks
from engine.web.logs import add_request_log
from engine.web.pager import PARAM, with_args
from engine.web.routing import Route
from engine.web.security import configure

ROOT = Path(__file__).parent.parent.parent
PLACES = {
    "home": HOME,
    "sign_in": SIGN_IN,
    "sign_out": SIGN_OUT,
    "password": PASSWORD,
    "sessions": SESSIONS,
    "security": SECURITY,
    "activate": ACTIVATE,
    "forgotten": FORGOTTEN,
    "admin": ADMIN,
}


def create_web(rt: Runtime, wiring: Wiring, settings: Settings | None = None) -> Flask:
    """Make the application; blueprints and Flask-Admin are registered on it afterwards."""
    chosen = settings or Settings()
    app = Flask("siklus", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.url_rule_class = Route
    if app.debug:
        raise RuntimeError("debug mode shows code and data to strangers; unset FLASK_DEBUG")
    app.extensions[EXTENSION] = Site(rt, shipped(chosen.strict_words), chosen, wiring)
    add_request_log(app)
    configure(app, chosen, rt.keys.session)
    add_door(app)
    add_errors(app)
    add_language(app)
    add_assets(app, ROOT / "static")
    add_diagram(app)
    _add_canvas(app)
    add_link_checks(app)
    app.register_blueprint(health.pages)
    _add_template_names(app, rt, chosen)
    return app


def _add_canvas(app: Flask) -> None:
    """Give templates `canvas`; drawing a draft waits until somebody designs."""
    app.jinja_env.globals["canvas"] = lambda *about: canvas.canvas(*about)


def _add_template_names(app: Flask, rt: Runtime, settings: Settings) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(icon=icon, places=PLACES, site_name=settings.name, version=rt.version)
    app.jinja_env.globals.update(page_url=_page_url, account_tag=account_tag, choices=choices)


def _page_url(cursor: str | None) -> str:
    args: Mapping[str, str] = request.args.to_dict()
    return with_args(args, **{PARAM: cursor})
