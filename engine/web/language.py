"""The language and time zone of a request, the switch between languages, and the words that templates use.

In templates: `t('nav.tasks')`, `t('due.days', count=3)`, `say(message)` for a Message or Text, `show(value)` for any
value; filters `date`, `month_name`, `weekday`, `moment`, `number`, `percent`; `left(due)` → Left(words, tone);
`language`, `languages`.
Indonesian unless somebody chose English: the browser's own language says little on office computers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.core import calendar
from engine.core.errors import BadRequest
from engine.core.messages import LANGUAGES, Message, Param, Text
from engine.web import i18n
from engine.web.actor import current, permit
from engine.web.context import API, now, site
from engine.web.paths import back, here, safe_path

COOKIE = "siklus_language"
A_YEAR = 365 * 24 * 3600
SOON = 3  # days; from here on a deadline is marked

pages = Blueprint("language", __name__)


@dataclass(frozen=True, slots=True)
class Left:
    """How long until a deadline, in words; `tone` is one of the tones of the tag macro."""

    words: str
    tone: str


def language() -> str:
    """The language of this request: the chosen one, else the account's, else Indonesian."""
    if "language" not in g:
        found = current()
        by_program = request.path.startswith(API)  # which says what it wants; a browser's own language says little
        said = request.accept_languages.best_match(LANGUAGES) if by_program else request.cookies.get(COOKIE)
        choices = (said, found.language if found else None)
        g.language = next((choice for choice in choices if choice in LANGUAGES), i18n.DEFAULT)
    return g.language


def zone() -> str:
    """The IANA time zone in which moments are told: that of the signed-in person's unit, else the installation's."""
    found = current()
    return found.zone if found else site().settings.zone


def translate(message: Message | Text, into: str | None = None) -> str:
    """Word a message in `into`, else in the language of the request."""
    return site().words.say(message, into or language(), zone())


def t(key: str, /, **params: Param) -> str:
    """Word a key of the translation files in the language of the request."""
    return translate(Message(key, **params))


def show(value: Param | None) -> str:
    """Format any value for reading, in the language and zone of the request."""
    return site().words.show(value, language(), zone())


def today() -> date:
    """The local day of the request's zone."""
    return now().astimezone(ZoneInfo(zone())).date()


def left(due: datetime | date) -> Left:
    """Say how many days are left until `due` (a moment or a local date), and how urgent that is."""
    moment = isinstance(due, datetime)
    days = calendar.days_left(due, now(), ZoneInfo(zone())) if moment else (due - today()).days
    if days < 0 or (moment and due < now()):
        return Left(t("due.late", count=-days) if days < 0 else t("due.late_today"), "bad")
    if days == 0:
        return Left(t("due.today"), "warn")
    words = t("due.tomorrow") if days == 1 else t("due.days", count=days)
    return Left(words, "warn" if days <= SOON else "plain")


@pages.post("/language")
@permit("public")
def choose() -> Response:
    """Remember the chosen language for a year and go back to the page."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise BadRequest(Message("error.language", found=chosen, allowed=tuple(LANGUAGES)))
    answer = redirect(safe_path(request.form.get("next")), 303)
    secure = site().settings.https
    answer.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)
    return answer


def add_language(app: Flask) -> None:
    """Register the switch, the template words and the filters."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(t=t, say=translate, show=show, left=left, today=today, languages=LANGUAGES)
    app.jinja_env.globals.update(here=here, back=back)
    app.context_processor(lambda: {"language": language()})
    app.jinja_env.filters.update(date=_date, moment=_moment, number=_number, percent=_percent)
    app.jinja_env.filters.update(month_name=_month_name, weekday=_weekday)


def _date(value: date | None) -> Markup:
    return _time(value.isoformat(), i18n.day(value, language())) if value else Markup("")


def _month_name(value: date) -> str:
    return i18n.month(value, language())


def _weekday(value: date) -> str:
    return i18n.weekday(value, language())


def _moment(value: datetime | None) -> Markup:
    return _time(value.isoformat(), i18n.moment(value, language(), zone())) if value else Markup("")


def _time(machine: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, words)


def _number(value: Param | None) -> str:
    return "" if value is None else i18n.number(value, language())


def _percent(value: Param | None) -> str:
    return "" if value is None else i18n.percent(value, language())
