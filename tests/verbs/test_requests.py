"""Idempotency keys: printable ASCII of a bounded length, nothing else."""

import pytest

from engine.core.case import SYSTEM
from engine.core.errors import BadRequest
from engine.requests import Once


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "\0" * 10, "abc\ndefgh", "kunci-é-123", "\x7f" * 9])
def test_a_key_that_cannot_be_kept_is_refused(key):
    with pytest.raises(BadRequest):
        Once(SYSTEM, key, "route", {})
