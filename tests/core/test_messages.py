"""Messages that were kept: numbers, days and moments come back, so that each reader sees them in his words and zone."""

from datetime import UTC, date, datetime

import pytest

from engine.core.messages import Message, message_from_document


def test_days_and_moments_come_back_as_such_and_are_written_as_before():
    inner = Message("inner", until=date(2026, 11, 22))
    said = Message("outer", at=datetime(2026, 3, 2, 9, 15, tzinfo=UTC), words="x", count=3, all=("2026-02-30", inner))
    document = said.as_document()
    back = message_from_document(document)
    assert back == said and back.as_document() == document


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11-22 x", "2026-11-22T09:15:00", "12026-11-22", "２０２６-11-22"])
def test_what_only_looks_like_a_day_stays_text(text):
    assert message_from_document({"key": "k", "params": {"text": text}}).params["text"] == text
