"""Evidence on its way in and out: a page that takes a file without JavaScript, uploads in pieces, downloads, previews.

Uploads speak as tus does (tus.io 1.0): HEAD tells Upload-Offset, PATCH adds at it. Thin: one verb each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.http import quote_etag
from werkzeug.wrappers import Response

from engine import cases, evidence_access, uploads
from engine.core.case import Named
from engine.core.errors import BadRequest, FileRefused, NotFound, StaleCase
from engine.core.messages import Message
from engine.web import labels, raw_files
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.downloads import saved_as
from engine.web.errors import status_of
from engine.web.language import t, translate
from engine.web.reading import whole
from engine.web.security import takes
from portal.case import number
from portal.desk import Desk, open_desk

if TYPE_CHECKING:
    from engine.uploads import Upload

PIECE = 64 * 1024
WHOLE = 105_000_000  # bytes of a page's post with the largest file that a field may take
KEPT = "private, no-cache"  # asked for again each time: whoever may no longer see it gets no 304 either
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"

pages = Blueprint("files", __name__)


@pages.get("/tasks/<ref>/files")
@permit("signed_in")
def choose(ref: str) -> str | Response:
    """Choose a file for one field of a form: for browsers without JavaScript."""
    desk = _desk(ref)
    return desk.elsewhere() or _page(desk, request.args.get("field", ""))


@pages.post("/tasks/<ref>/files")
@permit("signed_in")
@takes(WHOLE)
def create(ref: str) -> Response | tuple[str, int]:
    """Take one file whole, and put it among the saved answers of the form."""
    desk, name = _desk(ref), request.form.get("field", "")
    about = {part: request.form.get(part, "") for part in ("description", "date")}
    if number("seen") != desk.seen:
        return _page(desk, name, Message("portal.files.moved"), about), 409
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(desk, name, Message("portal.files.choose_first"), about), 422
    rt = runtime()
    try:
        upload = uploads.receive(rt, ref, name, given.filename, given.stream, actor=desk.actor)
    except FileRefused as refused:
        return _page(desk, name, refused.message, about), status_of(refused)
    if upload.message is not None:
        return _page(desk, name, upload.message, about), 422
    raw = raw_files.added(desk.kept() or {}, name, {"ref": upload.ref, **about})
    cases.save_draft(rt, ref, raw, actor=desk.actor, seen=desk.seen)
    flash(t("portal.files.added", name=upload.name), "good")
    return redirect(f"/tasks/{ref}#f-{name}", 303)


def _desk(ref: str) -> Desk:
    desk = open_desk(runtime(), ref, require_actor())
    if desk.row.form is None:
        raise NotFound(Message("submission.no_such_task"))
    return desk


def _page(
    desk: Desk, name: str, error: Message | None = None, about: Mapping[str, str] | None = None
) -> str | Response:
    """The page that asks for one file; back to the form where nothing was saved yet, or there is no such row."""
    if not raw_files.NAME.match(name) or desk.kept() is None:
        return redirect(f"/tasks/{desk.ref}", 303)
    _, kind, key = uploads.field_of(desk.found, desk.ref, name, desk.actor)
    question = desk.form.questions[key.partition(".")[0]]
    if "." in key:
        question = question.type.columns[key.rpartition(".")[2]]
    files = raw_files.listed(desk.kept() or {}, name)
    return render_template(
        "portal/file.html",
        desk=desk,
        name=name,
        field=kind,
        label=labels.label(question.spec),
        full=len(files) >= kind.max_files,
        error=error,
        about=about or {},
    )


@pages.post("/tasks/<ref>/uploads")
@permit("signed_in")
def begin(ref: str) -> Response:
    """Make room for a file that comes in pieces."""
    field, name = request.form.get("field", ""), request.form.get("name", "")
    size = whole(request.form.get("size", "")) or 0
    try:
        upload = uploads.begin(runtime(), ref, field, name, size, actor=require_actor())
    except FileRefused as refused:
        return _words(refused.message, status_of(refused))
    return Response(status=201, headers={"Location": f"/uploads/{upload.ref}", **_offset(upload)})


@pages.get("/uploads/<ref>")
@permit("signed_in")
def progress(ref: str) -> Response:
    """How far an upload has come (HEAD)."""
    return Response(status=200, headers=_offset(uploads.progress(runtime(), ref, actor=require_actor())))


@pages.patch("/uploads/<ref>")
@permit("signed_in")
def append(ref: str) -> Response:
    """Add a piece at the offset that the upload has come to; 409 tells the right one."""
    rt, actor = runtime(), require_actor()
    offset = whole(request.headers.get("Upload-Offset", ""))
    if offset is None or request.mimetype != "application/offset+octet-stream":
        raise BadRequest(Message("file.no_offset"))
    try:
        upload = uploads.append(rt, ref, offset, iter(lambda: request.stream.read(PIECE), b""), actor=actor)
    except StaleCase:
        return Response(status=409, headers=_offset(uploads.progress(rt, ref, actor=actor)))
    return Response(status=204, headers=_offset(upload))


@pages.post("/uploads/<ref>/judgement")
@permit("signed_in")
def judge(ref: str) -> Response:
    """Judge an upload that has come whole; answer the entry that the form shows of it, or why it is refused."""
    name = request.form.get("name", "")
    prefix, _, at = name.rpartition("-")
    if not raw_files.NAME.match(prefix) or not at.isdecimal():
        raise BadRequest(Message("file.no_such_field"))
    rt, actor = runtime(), require_actor()
    upload = uploads.finish(rt, ref, actor=actor)
    if upload.message is not None:
        return _words(upload.message, 422)
    desk = _desk(upload.task_ref)
    _, kind, _ = uploads.field_of(desk.found, desk.ref, upload.field, actor)
    facts = {"type": upload.type, "size": upload.size, **(upload.facts or {})}
    entry = {"prefix": prefix, "at": at, "field": kind, "each": {"ref": upload.ref}}
    page = render_template("portal/file_entry.html", known=Named(upload.ref, upload.name, "", facts), **entry)
    return Response(page, mimetype="text/html")


@pages.delete("/uploads/<ref>")
@permit("signed_in")
def cancel(ref: str) -> Response:
    """Forget a file that nobody has sent."""
    uploads.cancel(runtime(), ref, actor=require_actor())
    return Response(status=204)


@pages.get("/files/<ref>")
@permit("signed_in")
def download(ref: str) -> Response:
    """A file, always to be saved, never to be shown as part of this site."""
    found = evidence_access.open_file(runtime(), ref, actor=require_actor())
    answer = _handed(found, found.sha256)
    saved_as(answer, found.name)
    answer.content_length = found.size
    return answer.make_conditional(request)


@pages.get("/files/<ref>/preview")
@permit("signed_in")
def preview(ref: str) -> Response:
    """The small picture of an image, which we have drawn ourselves."""
    found = evidence_access.open_preview(runtime(), ref, actor=require_actor())
    return _handed(found, f"{found.sha256}-preview").make_conditional(request)


def _handed(found: evidence_access.Opened, tag: str) -> Response:
    headers = {"Content-Security-Policy": SANDBOX, "ETag": quote_etag(tag), "Cache-Control": KEPT}
    return Response(found.pieces, mimetype=found.media, headers=headers)


def _offset(upload: Upload) -> dict[str, Any]:
    return {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}


def _words(message: Message, status: int) -> Response:
    return Response(translate(message), status, mimetype="text/plain")
