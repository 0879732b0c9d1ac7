"""Bytes in S3-compatible storage: the only module that knows obstore (extra `s3`).

`s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=…`; the keys come from AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, never from the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from engine.core.errors import BadRequest, NotFound, Unavailable
from engine.core.messages import Message

try:
    import obstore
except ModuleNotFoundError:  # an installation without the extra keeps its files in a folder
    obstore = None

T = TypeVar("T")
PIECE = 1024 * 1024
PART = 8 * 1024 * 1024  # bytes of one part of a large object; two are on their way at a time
TRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
REACH = {"timeout": "60s", "connect_timeout": "5s"}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, or what lies below a prefix of one."""

    store: Any

    @classmethod
    def at(cls, address: str) -> Bucket:
        """The bucket of an address; raises BadRequest for one that cannot be meant."""
        found = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(found.query).items()}
        if obstore is None:
            raise BadRequest(Message("settings.no_s3"))
        if found.scheme != "s3" or not found.hostname or found.username or not asked.keys() <= {"endpoint", "region"}:
            raise BadRequest(Message("settings.files", found=address.partition("?")[0]))
        plain = asked.get("endpoint", "").startswith("http://")
        store = obstore.store.S3Store(
            found.hostname,
            prefix=found.path.strip("/") or None,
            endpoint=asked.get("endpoint"),
            region=asked.get("region", "us-east-1"),
            virtual_hosted_style_request=False,
            client_options={**REACH, "allow_http": plain},
            retry_config=TRIES,
        )
        return cls(store)

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a file under a random name, in parts when they are many; `source` is gone afterwards."""
        with _ours():
            obstore.put(self.store, name, source, chunk_size=PART, max_concurrency=2)
        source.unlink(missing_ok=True)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; NotFound where there are none."""
        with _ours():
            found = obstore.get(self.store, name)
        return _each(bytes(piece) for piece in found.stream(min_chunk_size=PIECE))

    def drop(self, name: str) -> None:
        """Forget the bytes, if there are any."""
        with suppress(NotFound), _ours():
            obstore.delete(self.store, name)

    def names(self) -> Iterator[str]:
        """Every name that there is."""
        return _each(each["path"] for page in obstore.list(self.store) for each in page)


def _each(found: Iterator[T]) -> Iterator[T]:
    with _ours():
        yield from found


@contextmanager
def _ours() -> Iterator[None]:
    """The library's errors as ours; `FileNotFoundError` is its own way to say that there is no such object."""
    try:
        yield
    except FileNotFoundError as missing:
        raise NotFound(Message("file.bytes_missing")) from missing
    except obstore.exceptions.BaseError as error:
        raise Unavailable(Message("file.bucket")) from error
