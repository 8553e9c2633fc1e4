"""Packets, segments, clear words and TLS records: pure, whatever the bytes are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.pcap import FILE_HEAD, FIN, SYN, Packet, PcapReader, Segment, segment
from labctl.mail.wiretap import Heard, Kind, Wiretap

CLIENT, SMTP, IMAPS = ("10.0.0.9", 40000), ("10.0.0.2", 25), ("10.0.0.3", 993)


def said(
    source: tuple[str, int], target: tuple[str, int], payload: bytes, sequence: int = 1
) -> Segment:
    return Segment(1, source, target, 16, sequence, payload)


def hear(*segments: Segment, secrets: tuple[str, ...] = ()) -> list[Heard]:
    tap = Wiretap({f"account {n}": secret for n, secret in enumerate(secrets)})
    return [heard for one in segments for heard in tap.feed(one)]


@given(
    st.lists(st.builds(Packet, st.integers(0, 2**31).map(lambda s: s * 1000), st.binary())),
    st.lists(st.integers(0, 2000)),
)
def test_packets_come_back_however_the_stream_is_cut(
    packets: list[Packet], cuts: list[int]
) -> None:
    stream = FILE_HEAD + b"".join(p.record() for p in packets)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    reader = PcapReader()
    found = [p for a, b in pairwise(places) for p in reader.feed(stream[a:b])]
    assert found == packets


@given(st.binary(min_size=24))
def test_what_is_no_capture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="tcpdump"):
        PcapReader().feed(b"\0" + data)


@given(st.binary())
def test_any_frame_is_a_segment_or_none(frame: bytes) -> None:
    found = segment(Packet(0, frame))
    assert found is None or found.source[1] < 65536


@given(
    st.lists(
        st.builds(
            Segment,
            st.just(1),
            st.sampled_from([CLIENT, SMTP]),
            st.sampled_from([CLIENT, SMTP]),
            st.integers(0, 63),
            st.integers(0, 2**32 - 1),
            st.binary(max_size=20) | st.sampled_from([b"AUTH PLAIN abc\r\n", b"\x16\x03\x01"]),
        ).filter(lambda s: s.source != s.target)
    )
)
def test_any_order_of_segments_is_borne(segments: list[Segment]) -> None:
    for heard in hear(*segments):
        assert heard.kind in ("open", "text", "tls", "bytes", "close")


def test_clear_words_are_read_and_the_login_is_hidden() -> None:
    heard = hear(
        Segment(1, CLIENT, SMTP, SYN, 0, b""),
        said(SMTP, CLIENT, b"220 mx\r\n"),
        said(CLIENT, SMTP, b"EHLO me\r\nAUTH PLA"),
        said(CLIENT, SMTP, b"IN AGFsaWNl\r\n", 18),
        Segment(1, CLIENT, SMTP, FIN, 30, b""),
    )
    assert [h.kind for h in heard] == ["open", "text", "text", "text", "close"]
    assert [line for h in heard for line in h.lines] == ["220 mx", "EHLO me", "AUTH PLAIN ***"]


def test_a_password_is_hidden_wherever_it_turns_up() -> None:
    (heard,) = hear(said(CLIENT, SMTP, b"NOOP opensesame\r\n"), secrets=("opensesame",))
    assert heard.lines == ("NOOP ***",)


def test_what_is_sent_twice_is_heard_once() -> None:
    assert len(hear(said(CLIENT, SMTP, b"QUIT\r\n"), said(CLIENT, SMTP, b"QUIT\r\n"))) == 1


def test_after_starttls_only_records_show() -> None:
    record = b"\x17\x03\x03\x00\x04abcd"
    heard = hear(
        said(SMTP, CLIENT, b"220 go ahead\r\n\x16\x03\x03\x00\x02hi" + record[:7]),
        said(SMTP, CLIENT, record[7:] + record, 29),
    )
    assert [h.kind for h in heard] == ["text", "tls", "tls"]
    kinds = [(r.kind, r.size) for h in heard for r in h.records]
    assert kinds == [("handshake", 2), ("application data", 4), ("application data", 4)]


def test_993_is_tls_from_the_first_byte() -> None:
    (heard,) = hear(said(CLIENT, IMAPS, b"a1 LOGIN alice x\r\n"))
    assert heard.kind == "bytes"  # no record: yet nothing of it is shown as text
    assert heard.lines == ()


@pytest.mark.parametrize("kind", ["open", "close"])
def test_two_connections_that_begin_are_two_groups(kind: Kind) -> None:
    one = Heard(1, CLIENT, SMTP, kind)
    assert one.joined(one) is None
