"""Static files: ours and Bootstrap's one style sheet, named by their content, compressed once, cached for a year.

In templates: `asset('css/app.css')` → /static/<digest of all files>/css/app.css; a page loads one script, which holds
what it imports (scripts.py), and those of the few fields that need their own. Also compresses pages as they go out.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from engine.web.actor import permit
from engine.web.icons import package_folder
from engine.web.scripts import joined
from engine.web.styles import without_comments, without_unused

BOOTSTRAP = "css/bootstrap.min.css"
SCRIPTS = "js/"
FOREVER = "public, max-age=31536000, immutable"
TEXT = ("text/", "application/json", "image/svg+xml")
WORTH = 1_000  # bytes; below that gzip gains nothing
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One static file in memory."""

    body: bytes
    mimetype: str

    @cached_property
    def zipped(self) -> bytes | None:
        packed = gzip.compress(self.body, 9, mtime=0)
        return packed if len(packed) < len(self.body) * 0.95 else None


def read_assets(folder: Path) -> dict[str, Asset]:
    """All files below `folder` by their path, scripts as they travel, and Bootstrap's style sheet."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    paths[BOOTSTRAP] = package_folder() / "static/bootstrap5/css/bootstrap.min.css"
    found = {name: Asset(path.read_bytes(), _type(path)) for name, path in paths.items()}
    return {**found, **_styles(found), **_scripts(found)}


def _styles(found: Mapping[str, Asset]) -> dict[str, Asset]:
    """Every style sheet with what pages need of it."""
    sheets = {name: asset.body.decode() for name, asset in found.items() if name.endswith(".css")}
    slim = {name: without_unused if name == BOOTSTRAP else without_comments for name in sheets}
    return {name: Asset(slim[name](text).encode(), TYPES[".css"]) for name, text in sheets.items()}


def _scripts(found: Mapping[str, Asset]) -> dict[str, Asset]:
    """Every script joined with what it imports."""
    names = [name for name in found if name.startswith(SCRIPTS) and name.endswith(".js")]
    sources = {name.removeprefix(SCRIPTS).removesuffix(".js"): found[name].body.decode() for name in names}
    return {f"{SCRIPTS}{name}.js": Asset(joined(name, sources).encode(), TYPES[".js"]) for name in sources}


@dataclass(frozen=True)
class Shelf:
    """The files below a folder, read when the first page names one of them; `version` names all of them."""

    folder: Path

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        return read_assets(self.folder)

    @cached_property
    def version(self) -> str:
        return digest(self.assets)


def digest(assets: Mapping[str, Asset]) -> str:
    """Names this set of files: any changed byte changes it."""
    total = hashlib.sha256()
    for name, found in sorted(assets.items()):
        total.update(name.encode() + b"\0" + hashlib.sha256(found.body).digest())
    return total.hexdigest()[:12]


def add_assets(app: Flask, folder: Path) -> None:
    """Serve the files and give templates `asset(name)`."""
    shelf = Shelf(folder)

    def asset(name: str) -> str:
        if name not in shelf.assets:
            raise LookupError(f"no static file {name!r}")
        return f"/static/{shelf.version}/{name}"

    app.jinja_env.globals["asset"] = asset
    app.add_url_rule("/static/<of>/<path:name>", "static", _serving(shelf), methods=["GET"])
    app.after_request(_compress)


def _serving(shelf: Shelf) -> Callable[[str, str], Response]:
    @permit("public")
    def static(of: str, name: str) -> Response:
        found = shelf.assets.get(name) or abort(404)
        # A page of the version before asks for its old name once more: answered, but not remembered under it.
        answer = Response(found.body, mimetype=found.mimetype, headers={"Vary": "Accept-Encoding"})
        answer.headers["Cache-Control"] = FOREVER if of == shelf.version else "no-cache"
        if found.zipped and _takes_gzip():
            answer.data = found.zipped
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    return static


def _compress(answer: Response) -> Response:
    """gzip a page. What an attacker would need to guess from its length (BREACH) he cannot make a browser ask for:
    cookies are SameSite, and foreign forms are refused."""
    if answer.is_streamed or "Content-Encoding" in answer.headers or not answer.mimetype.startswith(TEXT):
        return answer
    answer.headers.add("Vary", "Accept-Encoding")
    if _takes_gzip() and len(answer.data) >= WORTH:
        answer.data = gzip.compress(answer.data, 5, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _type(path: Path) -> str:
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
