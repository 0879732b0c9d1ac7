"""What is usually written: Flask, a WTForms class built for each request, the SQLAlchemy ORM; one insert, one update.

No session, no CSRF, no rights, no history, no hashes.
"""

from __future__ import annotations

from flask import Flask, redirect, request
from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, Text, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.wrappers import Response
from wtforms import DateField, DecimalField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from engine.store.failures import sqlite3

ID = BigInteger().with_variant(Integer, "sqlite")


class Stored(DeclarativeBase):
    """The naive tables."""


class Sheet(Stored):
    """A case of the naive kind."""

    __tablename__ = "naive_case"
    id: Mapped[int] = mapped_column(ID, primary_key=True)
    state: Mapped[str] = mapped_column(Text, index=True)
    version: Mapped[int]


class Filled(Stored):
    """What somebody sent."""

    __tablename__ = "naive_answers"
    id: Mapped[int] = mapped_column(ID, primary_key=True)
    case_id: Mapped[int] = mapped_column(ID, ForeignKey("naive_case.id"), index=True)
    body: Mapped[dict[str, str]] = mapped_column(JSON)


def form_class() -> type[Form]:
    """The form of ten fields, built as for a schema that is read at each request."""
    words = [InputRequired(), Length(max=5000)]
    fields = {
        "name": StringField(validators=words),
        "place": StringField(validators=words),
        "part_one": DecimalField(validators=[InputRequired(), NumberRange(0, 100)]),
        "part_two": DecimalField(validators=[InputRequired(), NumberRange(0, 100)]),
        "amount": DecimalField(validators=[InputRequired()]),
        "day": DateField(validators=[InputRequired()]),
        "mark": SelectField(choices=[("good", "Good"), ("poor", "Poor")]),
        "first_words": TextAreaField(validators=words),
        "second_words": TextAreaField(validators=words),
        "third_words": TextAreaField(validators=words),
    }
    return type("Sheet", (Form,), fields)


def create_tables(url: str, cases: int) -> None:
    """The naive tables beside ours, with so many cases (ids from 1)."""
    engine = _engine(url)
    Stored.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add_all([Sheet(state="a", version=1) for _ in range(cases)])
    engine.dispose()


def create_app(url: str) -> Flask:
    """The page that takes the form."""
    app, engine = Flask(__name__), _engine(url)

    @app.post("/cases/<int:number>/answers")
    def create_answers(number: int) -> Response | tuple[str, int]:
        form = form_class()(request.form)
        if not form.validate():
            return str(form.errors), 422
        with Session(engine) as session, session.begin():
            case = session.get(Sheet, number, with_for_update=True)
            session.add(Filled(case_id=case.id, body={name: str(value) for name, value in form.data.items()}))
            case.state, case.version = "b" if case.state == "a" else "a", case.version + 1
        return redirect(f"/cases/{number}", 303)

    return app


def _engine(url: str):
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=16)
    engine = create_engine(
        make_url(url).set(drivername="sqlite"), module=sqlite3, pool_size=16, connect_args={"isolation_level": None}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare(driver, _) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        driver.execute(f"PRAGMA {pragma}")
