"""Carries letters: into a folder, one .eml file each, or to a mail server. Knows no person and no case.

A letter that is sent again is the same file, or the same Message-ID, so that nobody minds.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
PATIENCE = 15  # seconds


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address. `ref` names it: the same letter has the same one."""

    ref: str
    to: str
    subject: str
    text: str
    language: str


class Mail(Protocol):
    """What takes letters. Raises Unavailable when it cannot now."""

    def send(self, letter: Letter, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of .eml files, for whoever picks them up; readable by the server's user alone, since they hold codes."""

    path: Path
    sender: str

    def send(self, letter: Letter, at: datetime) -> None:
        """Write the file; one of the same letter is written again."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            fresh = self.path / f".{letter.ref}.new"
            fresh.touch(mode=0o600)
            fresh.write_bytes(_message(letter, self.sender, at).as_bytes())
            fresh.replace(self.path / f"{letter.ref}.eml")
        except OSError as error:
            raise Unavailable(Message("mail.failed", reason=type(error).__name__)) from error


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, over TLS; without it only on this machine."""

    host: str
    port: int
    sender: str
    at_once: bool  # TLS from the first byte on (smtps)
    user: str = ""
    password: str = ""
    patience: float = PATIENCE

    def send(self, letter: Letter, at: datetime) -> None:
        """Hand the letter over."""
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(_message(letter, self.sender, at))
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(Message("mail.failed", reason=type(error).__name__)) from error

    def _connected(self) -> smtplib.SMTP:
        if self.at_once:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.patience, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=self.patience)
        if self.host not in LOOPBACK:
            server.starttls(context=ssl.create_default_context())
        return server


def _message(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Siklus", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.ref}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message["Content-Language"] = letter.language  # set_content drops what it finds of its own family
    return message


def read_mail(known: Mapping[str, str]) -> Mail | None:
    """What the environment says: SIKLUS_MAIL_DIR or SIKLUS_SMTP_URL, with SIKLUS_MAIL_FROM; None without either."""
    folder, url = known.get("SIKLUS_MAIL_DIR", ""), known.get("SIKLUS_SMTP_URL", "")
    if not folder and not url:
        return None
    sender = known.get("SIKLUS_MAIL_FROM", "")
    if not _is_address(sender):
        raise BadRequest(Message("settings.mail_from", found=sender))
    return Folder(Path(folder), sender) if folder else _server(url, sender)


def _is_address(text: str) -> bool:
    try:
        return "@" in text and text.isascii() and bool(Address(addr_spec=text).domain)
    except ValueError:
        return False


def _server(url: str, sender: str) -> Server:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise BadRequest(Message("settings.smtp_url")) from error
    if not parts.hostname:
        raise BadRequest(Message("settings.smtp_url"))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port, sender, parts.scheme == "smtps", user, password)
