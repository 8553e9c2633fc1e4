"""``postqueue -j`` as values."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.queue import QueueEntry, Waiting, parse_entry, read_queue

LINE = (
    '{"queue_name": "deferred", "queue_id": "4XyZ", "arrival_time": 1795416427, '
    '"message_size": 709, "forced_expire": false, "sender": "alice@alpha.test", "recipients": '
    '[{"address": "bob@alpha.test", "delay_reason": "connect to 10.0.0.2[10.0.0.2]:24: No route"}]}'
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def test_a_waiting_message_says_for_whom_and_why() -> None:
    [entry] = read_queue(f"{LINE}\n\nMail queue is empty\n")
    assert entry == QueueEntry(
        queue_id="4XyZ",
        queue_name="deferred",
        sender="alice@alpha.test",
        arrival=datetime(2026, 11, 23, 6, 47, 7, tzinfo=UTC),
        size=709,
        recipients=(Waiting("bob@alpha.test", "connect to 10.0.0.2[10.0.0.2]:24: No route"),),
    )


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read_queue(text), tuple)


@given(st.dictionaries(st.sampled_from(sorted(json.loads(LINE))), JSON))
def test_any_json_can_be_read(data: dict[str, object]) -> None:
    entry = parse_entry(json.dumps(data))
    assert (entry is not None) == isinstance(data.get("queue_id"), str)
    assert parse_entry("[" * 100_000) is None
