"""Questions about keys of the JSON API and the small writes that make, revoke and count them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, false, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.core.case import Actor
from engine.store.queries.accounts import HIS_ZONE
from engine.store.queries.kinds import of_kind
from engine.store.queries.scope import scope_condition
from engine.store.statement import Statement
from engine.store.tables.api import ApiKey, ApiUse
from engine.store.tables.ledger import Event
from engine.store.tables.people import AccessGrant, Account, Person, Unit, UnitClosure

KEY, USE, EVENT = ApiKey.__table__, ApiUse.__table__, Event.__table__
PERSON, ACCOUNT, GRANT = Person.__table__, Account.__table__, AccessGrant.__table__
UNIT, CLOSURE = Unit.__table__, UnitClosure.__table__
# A row a grant, or one row without: key, person and rights in one go, since every request asks.
ACTS = (
    select(
        *(KEY.c[name] for name in ("id", "ref", "name", "unit_id", "scopes", "register", "a_minute")),
        PERSON.c.id.label("person_id"),
        PERSON.c.ref.label("person_ref"),
        PERSON.c.name.label("person_name"),
        PERSON.c.language,
        UNIT.c.ref.label("unit_ref"),
        UNIT.c.name.label("unit_name"),
        HIS_ZONE.label("zone"),
        KEY.c.ends_at.label("key_ends_at"),
        GRANT.c.ref.label("grant_ref"),
        GRANT.c.role,
        GRANT.c.unit_id.label("grant_unit"),
        GRANT.c.starts_on,
        GRANT.c.ends_on,
    )
    .select_from(
        KEY.join(PERSON, PERSON.c.id == KEY.c.person_id)
        .join(UNIT, UNIT.c.id == KEY.c.unit_id)
        .join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
        .outerjoin(GRANT, GRANT.c.person_id == PERSON.c.id)
    )
    .where(KEY.c.revoked_at.is_(None))
    .where(KEY.c.starts_at <= bindparam("now"), KEY.c.ends_at > bindparam("now"))
    .where(PERSON.c.active.is_(True), ACCOUNT.c.disabled_at.is_(None))
    .order_by(GRANT.c.id)
)
ACTING = Statement(ACTS.where(KEY.c.secret_hash == bindparam("secret")))
ACTING_OF = Statement(ACTS.where(KEY.c.id == bindparam("key_id")))
ACTING_OF_REF = Statement(ACTS.where(KEY.c.ref == bindparam("ref")))
PLACE = Statement(
    select(CLOSURE.c.ancestor_id, CLOSURE.c.descendant_id).where(
        or_(CLOSURE.c.ancestor_id == bindparam("unit"), CLOSURE.c.descendant_id == bindparam("unit"))
    )
)


def acting(db: Connection, secret_hash: bytes, now: str, day: str) -> list[Any]:
    """The live key with this hash, its person and all his grants; nothing where there is none."""
    return ACTING.rows(db, secret=secret_hash, now=now, day=day)


def acting_of(db: Connection, key_id: int, now: str, day: str) -> list[Any]:
    """The same of a key by its id."""
    return ACTING_OF.rows(db, key_id=key_id, now=now, day=day)


def acting_of_ref(db: Connection, ref: str, now: str, day: str) -> list[Any]:
    """The same of a key by its name outside."""
    return ACTING_OF_REF.rows(db, ref=ref, now=now, day=day)


def place(db: Connection, unit_id: int) -> tuple[set[int], set[int]]:
    """The units over a unit and those under it, itself among both."""
    rows = PLACE.rows(db, unit=unit_id)
    over = {row.ancestor_id for row in rows if row.descendant_id == unit_id}
    return over, {row.descendant_id for row in rows if row.ancestor_id == unit_id}


def add(db: Connection, **values: Any) -> int:
    """A new key. Answers its id."""
    return int(db.execute(insert(KEY).values(**values).returning(KEY.c.id)).scalar_one())


def of_ref(db: Connection, ref: str, actor: Actor, *, lock: bool = False) -> Row[Any] | None:
    """One key in the actor's scope, with the refs and names of its person and unit."""
    query = select(KEY, PERSON.c.ref.label("person_ref"), PERSON.c.name.label("person_name"),
                   UNIT.c.ref.label("unit_ref"), UNIT.c.name.label("unit_name"))  # fmt: skip
    query = query.join(PERSON, PERSON.c.id == KEY.c.person_id).join(UNIT, UNIT.c.id == KEY.c.unit_id)
    query = query.where(KEY.c.ref == ref, keys_in_scope(actor))
    return db.execute(query.with_for_update(of=KEY) if lock else query).one_or_none()


def count_live(db: Connection, person_id: int, now: str) -> int:
    """How many keys of a person live."""
    live = (KEY.c.person_id == person_id, KEY.c.revoked_at.is_(None), KEY.c.ends_at > now)
    return int(db.execute(select(func.count()).select_from(KEY).where(*live)).scalar_one())


def live_of(db: Connection, person_id: int, now: str) -> list[Row[Any]]:
    """The keys of a person that live: id, ref, when it was made."""
    live = (KEY.c.person_id == person_id, KEY.c.revoked_at.is_(None), KEY.c.ends_at > now)
    return list(
        db.execute(select(KEY.c.id, KEY.c.ref, KEY.c.made_at).where(*live).order_by(KEY.c.id).with_for_update())
    )


def holders(db: Connection, now: str, after: int = 0, limit: int | None = None) -> list[Row[Any]]:
    """Those who have keys that live (id, ref, NIP, e-mail address), by id: those that come `after` one."""
    live = (KEY.c.revoked_at.is_(None), KEY.c.ends_at > now)
    has = select(KEY.c.id).where(KEY.c.person_id == PERSON.c.id, *live).exists()
    columns = (PERSON.c.id, PERSON.c.ref, PERSON.c.nip, PERSON.c.email)
    query = select(*columns).where(has, PERSON.c.id > after).order_by(PERSON.c.id)
    return list(db.execute(query.limit(limit)))


def revoke(db: Connection, key_id: int, at: str) -> None:
    """A key opens nothing any more."""
    db.execute(update(KEY).where(KEY.c.id == key_id, KEY.c.revoked_at.is_(None)).values(revoked_at=at))


def keys_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The keys that somebody may see and revoke: those inside the units that he administers, and his own."""
    if not actor.has("admin"):
        return false()
    return or_(KEY.c.person_id == actor.person_id, scope_condition(actor, KEY.c.unit_id, ("admin",)))


def in_state(state: str, now: str) -> ColumnElement[bool]:
    """The keys that live, are over, or were revoked."""
    standing = KEY.c.revoked_at.is_(None)
    return {
        "live": and_(standing, KEY.c.ends_at > now),
        "over": and_(standing, KEY.c.ends_at <= now),
        "revoked": KEY.c.revoked_at.is_not(None),
    }[state]


def take(db: Connection, key_id: int, minute: str, some: int, most: int, at: str) -> bool:
    """Hand out some requests of a minute; False where that minute has had its most."""
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    first = dialect.insert(USE).values(key_id=key_id, minute=minute, taken=some, used_at=at)
    same = and_(USE.c.minute == minute, USE.c.taken + some <= most)
    later = USE.c.minute < minute
    counted = case((USE.c.minute == minute, USE.c.taken), else_=0) + some
    moved = first.on_conflict_do_update(
        index_elements=["key_id"],
        set_={"minute": minute, "taken": counted, "used_at": at},
        where=or_(same, later),
    )
    return db.execute(moved.returning(USE.c.taken)).first() is not None


def used(db: Connection, key_ids: list[int]) -> dict[int, str]:
    """When each of these keys was used last."""
    rows = db.execute(select(USE.c.key_id, USE.c.used_at).where(USE.c.key_id.in_(key_ids)))
    return {row.key_id: row.used_at for row in rows}


def all_keys(db: Connection) -> list[Row[Any]]:
    """Every key with refs in place of integer keys: what the audit compares with the events."""
    query = select(KEY, PERSON.c.ref.label("person"), UNIT.c.ref.label("unit"))
    query = query.join(PERSON, PERSON.c.id == KEY.c.person_id).join(UNIT, UNIT.c.id == KEY.c.unit_id)
    return list(db.execute(query.order_by(KEY.c.id)))


def told(db: Connection) -> list[Row[Any]]:
    """The events of keys in the order in which they happened."""
    query = select(EVENT.c.kind, EVENT.c.at, EVENT.c.leaf).where(
        or_(of_kind("api_key.made"), of_kind("api_key.revoked"))
    )
    return list(db.execute(query.order_by(EVENT.c.at, EVENT.c.stream, EVENT.c.seq)))
