"""People: units, posts, persons, who holds what from when to when, rights, and how they sign in.

Intervals are half-open: [starts_on, ends_on). An appointment is never edited: a new row supersedes it. The row of a
unit, post or person says what it is today; what it was, and will be, stands in `change` (changes.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.tables.columns import BIG, Count, Day, Key, Moment, Ref, Stored, Words


class Unit(Stored):
    """An office. `timezone` is an IANA name; none means that of the parent."""

    __tablename__ = "unit"

    id: Mapped[Key]
    ref: Mapped[Ref]
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[Words]
    kind: Mapped[Words]
    parent_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"), index=True)
    timezone: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    recorded_at: Mapped[str | None] = mapped_column(Text)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id", viewonly=True)


class UnitClosure(Stored):
    """Each unit below each unit, itself included at depth 0: what a grant over a subtree is asked against."""

    __tablename__ = "unit_closure"
    __table_args__ = (Index(None, "descendant_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"), primary_key=True)
    depth: Mapped[Count]


class Post(Stored):
    """A chair in a unit, with its superior chair."""

    __tablename__ = "post"

    id: Mapped[Key]
    ref: Mapped[Ref]
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[Words]
    unit_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"), index=True)
    superior_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("post.id"), index=True)
    kind: Mapped[Words]
    level: Mapped[str | None] = mapped_column(Text)
    position_class: Mapped[int | None] = mapped_column(BIG)
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    recorded_at: Mapped[str | None] = mapped_column(Text)

    unit: Mapped[Unit] = relationship(viewonly=True)
    superior: Mapped[Post | None] = relationship(remote_side="Post.id", viewonly=True)


class Person(Stored):
    """A human being. `name_lower` and `nip` are searched by prefix; elected officials have no NIP."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "name_lower", "id"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    nip: Mapped[str | None] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"), unique=True)
    name: Mapped[Words]
    # Bytewise order on both databases, so that a prefix is a range of the index.
    name_lower: Mapped[str] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))
    email: Mapped[str | None] = mapped_column(Text, unique=True)
    kind: Mapped[Words]
    grade: Mapped[str | None] = mapped_column(Text)
    language: Mapped[Words]
    active: Mapped[bool] = mapped_column(Boolean)
    recorded_at: Mapped[str | None] = mapped_column(Text)


class Appointment(Stored):
    """Who holds a post from–to, and how: definitive, plt, plh, delegated, team_leader."""

    __tablename__ = "appointment"
    __table_args__ = (Index(None, "person_id", "starts_on"), Index(None, "post_id", "starts_on"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(BIG, ForeignKey("post.id"))
    starts_on: Mapped[Day]
    ends_on: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[Words]
    order_number: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[Moment]
    superseded_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("appointment.id"))

    person: Mapped[Person] = relationship(viewonly=True)
    post: Mapped[Post] = relationship(viewonly=True)


class AccessGrant(Stored):
    """A right (admin, auditor, calibration_panel …) of a person over a unit and what is below it."""

    __tablename__ = "access_grant"
    __table_args__ = (Index(None, "person_id"), Index(None, "unit_id", "role"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    role: Mapped[Words]
    unit_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"))
    starts_on: Mapped[Day]
    ends_on: Mapped[str | None] = mapped_column(Text)
    granted_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    recorded_at: Mapped[Moment]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], viewonly=True)
    unit: Mapped[Unit] = relationship(viewonly=True)


class Account(Stored):
    """How a person signs in. `factor_since`: from then on with a second factor too."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    password_hash: Mapped[Words]
    changed_at: Mapped[Moment]
    must_change: Mapped[bool] = mapped_column(Boolean)
    disabled_at: Mapped[str | None] = mapped_column(Text)
    factor_since: Mapped[str | None] = mapped_column(Text)


class WebSession(Stored):
    """A signed-in browser; the cookie's token is kept only as its SHA-256.

    `factor_at`: a second factor was shown in it; `confirmed_at`: when he last showed that it is he;
    `way`: how he came in, where not by a password of ours (passkey, provider, directory).
    """

    __tablename__ = "web_session"
    __table_args__ = (Index(None, "person_id", "expires_at"),)

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    factor_at: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[str | None] = mapped_column(Text)
    way: Mapped[str | None] = mapped_column(Text)


class SignInAttempt(Stored):
    """A try to sign in; the name is kept only as a hash, since people type passwords there."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "name_hash", "at"), Index(None, "address", "at"), Index(None, "at"))

    id: Mapped[Key]
    name_hash: Mapped[Words]
    address: Mapped[Words]
    at: Mapped[Moment]
    succeeded: Mapped[bool] = mapped_column(Boolean)
