"""Questions about evidence files, and the small writes of their life; `bind` is written together with a submission."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, delete, exists, func, literal, or_, select, update
from sqlalchemy import insert as insert_into

from engine.store.statement import Call, Statement, insert
from engine.store.tables.cases import Answers, Case, Draft, Task
from engine.store.tables.files import File
from engine.store.tables.ledger import Erasure
from engine.store.tables.work import Outbox

FILE, OUTBOX = File.__table__, Outbox.__table__
ADD = insert(
    FILE,
    *("ref", "case_id", "task_id", "form", "field", "name", "size", "status", "uploaded_by", "at", "stored"),
)
BY_REF = Statement(
    select(
        *(column for column in FILE.c),
        Case.ref.label("case_ref"),
        Case.definition_digest,
        Task.ref.label("task_ref"),
    )
    .join(Case, Case.id == File.case_id)
    .join(Task, Task.id == File.task_id)
    .where(File.ref == bindparam("ref"))
)
BIND = Statement(
    update(FILE)
    .where(FILE.c.ref == bindparam("file_ref"), FILE.c.status == "clean")
    .values(status="bound", submission_ref=bindparam("submission")),
    must_write=True,
)
USED = Statement(
    select(
        func.coalesce(func.sum(FILE.c.size), 0).label("person"),
        func.coalesce(func.sum(FILE.c.size).filter(FILE.c.case_id == bindparam("case_id")), 0).label("case_"),
        func.coalesce(func.sum(FILE.c.size).filter(FILE.c.at >= bindparam("since")), 0).label("day"),
        func.count().filter(FILE.c.at >= bindparam("since")).label("files"),
    ).where(FILE.c.uploaded_by == bindparam("person_id"), FILE.c.status != "refused")
)
JUDGED = ("name", "size", "sha256", "original", "type", "facts")
KEEP = Statement(
    update(FILE)
    .where(FILE.c.id == bindparam("file_id"), FILE.c.status == "uploading")
    .values(status="clean", judged_at=bindparam("moment"), **{name: bindparam(f"to_{name}") for name in JUDGED}),
    must_write=True,
)
REFUSE = Statement(
    update(FILE)
    .where(FILE.c.id == bindparam("file_id"), FILE.c.status == "uploading")
    .values(status="refused", judged_at=bindparam("moment"), reason=bindparam("why")),
    must_write=True,
)
PLAN_SWEEP = Statement(
    insert_into(OUTBOX).from_select(
        ["effect_key", "kind", "body", "state", "attempts", "next_at", "created_at"],
        select(
            bindparam("effect_key", type_=Text), literal("files.sweep"), literal("{}"), literal("ready"), literal(0),
            bindparam("next_at", type_=Text), bindparam("created_at", type_=Text),
        )
        .where(~exists().where(OUTBOX.c.effect_key == bindparam("effect_key", type_=Text)))
        .suffix_with("ON CONFLICT DO NOTHING"),  # two people give the first files of a day at the same time
    )
)  # fmt: skip
DROP = Statement(delete(FILE).where(FILE.c.id == bindparam("file_id"), FILE.c.status != "bound"))


def add(db: Connection, **values: Any) -> None:
    """The row of a file that is about to come."""
    ADD.run(db, status="uploading", **values)


def plan_sweep(db: Connection, at: str, due: str) -> None:
    """Ask for a sweep on a day, once however many files come today."""
    PLAN_SWEEP.run(db, effect_key=f"files.sweep:{due[:10]}", next_at=due, created_at=at)


def find(db: Connection, ref: str) -> Any | None:
    """One file with the refs of its case and task."""
    return BY_REF.one(db, ref=ref)


def used(db: Connection, person_id: int, case_id: int, since: str) -> Any:
    """Bytes that a person has given in all, in a case (`case_`) and since a moment (`day`), and how many files."""
    return USED.one(db, person_id=person_id, case_id=case_id, since=since)


def named(db: Connection, case_id: int, refs: Collection[str]) -> list[Row[Any]]:
    """Those of some files that may be named in a case: its own, judged and clean, or bound already."""
    columns = (File.ref, File.name, File.size, File.type, File.sha256, File.form, File.status, File.facts)
    mine = select(*columns).where(File.ref.in_(refs), File.case_id == case_id, File.status.in_(("clean", "bound")))
    return list(db.execute(mine).all())


def keep(db: Connection, file_id: int, at: str, **values: Any) -> None:
    """A file was judged and is clean; raises StaleCase when it was not waiting for that."""
    if KEEP.run(db, file_id=file_id, moment=at, **{f"to_{name}": values[name] for name in JUDGED}) != 1:
        raise LookupError("the file is no longer being uploaded")


def refuse(db: Connection, file_id: int, at: str, reason: str) -> None:
    """A file was judged and is refused."""
    REFUSE.run(db, file_id=file_id, moment=at, why=reason)


def drop(db: Connection, file_id: int) -> bool:
    """Forget a file that is bound to nothing."""
    return DROP.run(db, file_id=file_id) == 1


def bindings(refs: Sequence[str], submission: str) -> Iterator[Call]:
    """The statements that bind clean files to the submission that names them."""
    yield from ((BIND, {"file_ref": ref, "submission": submission}) for ref in refs)


def abandoned(db: Connection, uploading_before: str, others_before: str, most: int) -> list[Row[Any]]:
    """Files that nobody has sent, oldest first: uploads that stand still, clean and refused ones whose days are over.

    Not those that the draft of their task names: people fill in long forms over weeks.
    """
    old = or_(
        (File.status == "uploading") & (File.at < uploading_before),
        File.status.in_(("clean", "refused")) & (File.at < others_before),
    )
    drafted = exists().where(Draft.task_id == File.task_id, Draft.body.contains(File.ref))
    query = select(File.id, File.stored).where(old, ~drafted).order_by(File.at).limit(most)
    return list(db.execute(query).all())


def kept_among(db: Connection, stored: Collection[str]) -> set[str]:
    """Which of some random names a row knows."""
    return set(db.execute(select(File.stored).where(File.stored.in_(stored))).scalars())


def bound(db: Connection) -> Iterator[Row[Any]]:
    """Every file that a submission holds."""
    yield from db.execute(
        select(File.ref, File.size, File.sha256, File.stored).where(File.status == "bound").order_by(File.id)
    )


def answers_with_files(db: Connection) -> Iterator[str]:
    """The answers, as JSON text, in which a SHA-256 stands."""
    every = select(Answers.body).where(Answers.body.contains('"sha256":')).order_by(Answers.submission_id)
    with db.execute(every, execution_options={"yield_per": 100}) as found:
        yield from found.scalars()


def erased(db: Connection) -> set[str]:
    """The refs of files that were erased with leave."""
    named_ = db.execute(select(Erasure.record).where(Erasure.record.startswith("file:"))).scalars()
    return {record.removeprefix("file:") for record in named_}
