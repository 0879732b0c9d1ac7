"""Evidence files: who gave which bytes for which form of which case. The bytes themselves lie elsewhere.

A row goes uploading → clean → bound, or → refused. Once bound to a submission it never changes (migrations), and it
goes only with an erasure that names `file:<ref>`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Count, Json, Key, Moment, Ref, Stored, Words


class File(Stored):
    """One file of evidence.

    size, sha256 (hex), type: of the bytes as they are kept, under the name `stored`; before they are judged, `size` is
    what was announced. `original` is the SHA-256 of the bytes as they came: another one for images, which are drawn
    anew. `facts`: pages, width, height, whether there is a preview. `reason`: the message of a refusal.
    """

    __tablename__ = "file"
    __table_args__ = (
        Index(None, "case_id", "status"),
        Index(None, "uploaded_by", "at"),
        Index(None, "status", "at"),
        CheckConstraint("status IN ('uploading', 'clean', 'bound', 'refused')", name="status"),
        CheckConstraint("status NOT IN ('clean', 'bound') OR sha256 IS NOT NULL", name="known"),
        CheckConstraint("(status = 'bound') = (submission_ref IS NOT NULL)", name="bound"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    task_id: Mapped[int] = mapped_column(BIG, ForeignKey("task.id"))
    form: Mapped[Words]
    field: Mapped[Words]
    name: Mapped[Words]
    size: Mapped[Count]
    status: Mapped[Words]
    uploaded_by: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    stored: Mapped[Words]
    sha256: Mapped[str | None] = mapped_column(Text)
    original: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[Json | None] = mapped_column(Text)
    reason: Mapped[Json | None] = mapped_column(Text)
    judged_at: Mapped[str | None] = mapped_column(Text)
    submission_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("submission.ref"))
