"""An installation: its addresses and secret, from the environment and a `.env` file. Read once, by wsgi."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine import directory, mail
from engine.access import Access, read_access
from engine.core.errors import BadRequest
from engine.core.messages import Message

SHORTEST_SECRET = 32
HOSTS = "127.0.0.1,localhost"
DEFAULT_DATABASE = "var/siklus.sqlite3"
MAIL = ("SIKLUS_MAIL_DIR", "SIKLUS_SMTP_URL")
CODE_DAYS, MOST_CODE_DAYS = 14, 90
JSON, TEXT = "json", "text"
WORKER_MEMORY, MOST_MEMORY = 2_048, 1_000_000  # MB


@dataclass(frozen=True, slots=True)
class Installation:
    """`owner_url` is the address for migrations where it differs; `proxies` trusted ones stand before the server;
    `https` says that the outside address is one; `hosts` are the names it answers to. `files`: where evidence lies, by
    default beside the database; `scan`: who looks through it. `keep_on_device`: browsers may keep text not sent yet.
    `factor_key`: seals the secrets of second factors; `access`: how people get in.
    `redis_url`: the doorbell of workers.
    `link_hosts`: where links in answers may be asked whether they can be reached; `webhook_hosts`: where programs are
    told what happened."""

    database_url: str
    owner_url: str | None
    secret: bytes
    host: str
    port: int
    https: bool
    proxies: int
    hosts: tuple[str, ...]
    language: str
    keep_on_device: bool = True
    files: str | None = None
    scan: str | None = None
    link_hosts: str = ""
    webhook_hosts: str = ""
    redis_url: str = ""
    factor_key: bytes = b""
    access: Access = field(default_factory=Access)
    mail: mail.Mail | None = None  # who carries letters
    directory: directory.Directory | None = None
    code_days: int = CODE_DAYS  # how long a code lives that is given to somebody
    plain_http: bool = False  # others than this machine may be served without https
    demo: bool = False  # the demo city may be served to the world
    log: str = JSON
    worker_memory: int = WORKER_MEMORY  # MB of a worker; 0: no bound
    metrics: str = ""  # the token that opens /metrics; without one there is none


def read_installation(environ: Mapping[str, str], folder: Path) -> Installation:
    """Environment first, then `.env` in `folder`, then the embedded defaults (a SQLite file below `var/`)."""
    known = {**_dotenv(folder / ".env"), **environ}
    default = folder / DEFAULT_DATABASE
    url = known.get("SIKLUS_DATABASE_URL") or f"sqlite:///{default}"
    return Installation(
        database_url=url,
        owner_url=known.get("SIKLUS_OWNER_DATABASE_URL") or None,
        secret=_secret("SIKLUS_SECRET_KEY", known, folder / "var" / "secret.key"),
        host=known.get("HOST") or "127.0.0.1",
        port=_number("PORT", known.get("PORT") or "8000", 65535),
        https=_is_yes(known.get("SIKLUS_HTTPS", "")),
        proxies=_number("SIKLUS_PROXIES", known.get("SIKLUS_PROXIES") or "0", 10),
        hosts=tuple(host.strip() for host in (known.get("SIKLUS_HOSTS") or HOSTS).split(",") if host.strip()),
        keep_on_device=known.get("SIKLUS_KEEP_ON_DEVICE", "").lower() not in ("0", "no", "false"),
        language="id" if known.get("LANG", "").lower().startswith("id") else "en",
        files=known.get("SIKLUS_FILES") or None,
        scan=known.get("SIKLUS_SCAN") or None,
        link_hosts=known.get("SIKLUS_LINK_HOSTS", ""),
        webhook_hosts=known.get("SIKLUS_WEBHOOK_HOSTS", ""),
        redis_url=known.get("REDIS_URL", ""),
        factor_key=_secret("SIKLUS_FACTOR_KEY", known, folder / "var" / "factors.key"),
        access=read_access(known),
        mail=mail.read_mail(known) if any(known.get(name) for name in MAIL) else None,  # else its libraries wait
        directory=_directory(known) if known.get("SIKLUS_LDAP_URL") else None,  # else ldap3 waits
        code_days=_code_days(known.get("SIKLUS_CODE_DAYS") or str(CODE_DAYS)),
        plain_http=_is_yes(known.get("SIKLUS_PLAIN_HTTP", "")),
        demo=_is_yes(known.get("SIKLUS_DEMO", "")),
        log=_log(known.get("SIKLUS_LOG") or JSON),
        worker_memory=_number(
            "SIKLUS_WORKER_MEMORY", known.get("SIKLUS_WORKER_MEMORY") or str(WORKER_MEMORY), MOST_MEMORY
        ),
        metrics=known.get("SIKLUS_METRICS", ""),
    )


def _directory(known: Mapping[str, str]) -> directory.Directory:
    """The directory of the office; its library is an extra that not every installation has."""
    try:
        return directory.read_directory(known)
    except ModuleNotFoundError as missing:
        raise BadRequest(Message("settings.without_ldap")) from missing


def _dotenv(path: Path) -> dict[str, str]:
    """`NAME=value` lines; `#` starts a comment line; quotes around a value are dropped."""
    if not path.is_file():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text("utf-8").splitlines() if _is_pair(line))
    return {name.strip().removeprefix("export "): value.strip().strip("\"'") for name, value in pairs}


def _is_pair(line: str) -> bool:
    return "=" in line and not line.lstrip().startswith("#")


def _is_yes(text: str) -> bool:
    return text.lower() in ("1", "yes", "true")


def _log(text: str) -> str:
    if text not in (JSON, TEXT):
        raise BadRequest(Message("settings.log", found=text))
    return text


def _number(name: str, text: str, largest: int) -> int:
    if not text.isdecimal() or int(text) > largest:
        raise BadRequest(Message("settings.number", name=name, found=text, largest=largest))
    return int(text)


def _code_days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_CODE_DAYS:
        raise BadRequest(Message("settings.code_days", found=text, largest=MOST_CODE_DAYS))
    return int(text)


def _secret(name: str, known: Mapping[str, str], path: Path) -> bytes:
    """A key of the installation: the one given, or one made on the first start and kept for this user alone."""
    given = known.get(name, "")
    if given:
        if len(given) < SHORTEST_SECRET:
            raise BadRequest(Message("settings.short_secret", name=name, shortest=SHORTEST_SECRET, found=len(given)))
        return given.encode()
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was faster: then its key is the one
            path.hardlink_to(fresh)
        fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise BadRequest(Message("settings.readable_secret", path=str(path)))
    return path.read_text().strip().encode()
