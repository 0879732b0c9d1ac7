"""The settings under which the product is measured. Imports nothing that it would not import itself."""

from __future__ import annotations

from engine.installation import Installation


def installation(url: str) -> Installation:
    """Settings of a local installation."""
    return Installation(
        database_url=url,
        owner_url=None,
        secret=b"a secret of the bench, long enough",
        host="127.0.0.1",
        port=0,
        https=False,
        proxies=0,
        hosts=("127.0.0.1", "localhost"),
        language="id",
    )
