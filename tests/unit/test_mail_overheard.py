"""What could be read on a wire, from tcpdump's files: pure, masked, whatever the bytes are."""

import struct
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.overheard import overheard
from labctl.mail.pcap import FILE_HEAD, Packet
from labctl.mail.wiretap import can_be_read

CLIENT, SERVER = bytes([10, 0, 0, 9]), bytes([10, 0, 0, 3])
ALICE, PASSWORD = "alice@alpha.test", "amber-violin-moss"


def frame(port: int, payload: bytes, sequence: int = 1, *, flags: int = 16) -> bytes:
    """From the client to that port of the server."""
    tcp = struct.pack(">HHIIBBHHH", 40000, port, sequence, 0, 5 << 4, flags, 0, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, CLIENT, SERVER)
    return bytes(12) + b"\x08\x00" + ip + tcp


def file(*packets: tuple[int, bytes]) -> bytes:
    return FILE_HEAD + b"".join(Packet(at * 10**9, data).record() for at, data in packets)


def test_a_password_in_the_clear_is_told_of_and_not_told() -> None:
    said = f"a LOGIN {ALICE} {PASSWORD}\r\n".encode()
    heard = overheard([file((5, frame(143, said)))], 0, {ALICE: PASSWORD})["imap"]
    assert heard.exposed == ((ALICE, f"a LOGIN {ALICE} ***"),)
    assert heard.lines == (f"a LOGIN {ALICE} ***",)


def test_base64_hides_nothing() -> None:
    packed = b64encode(f"\0{ALICE}\0{PASSWORD}".encode())
    line = b"AUTH PLAIN " + packed + b"\r\n"
    heard = overheard([file((5, frame(110, line)))], 0, {ALICE: PASSWORD})["pop3"]
    assert [who for who, _ in heard.exposed] == [ALICE]
    assert PASSWORD not in str(heard)
    assert packed.decode() not in str(heard)


def test_a_password_that_is_cut_in_two_is_read_all_the_same() -> None:
    said = f"PASS {PASSWORD}\r\n".encode()
    first, rest = said[:9], said[9:]
    packets = file((5, frame(110, first)), (6, frame(110, rest, 10)))
    assert len(overheard([packets], 0, {ALICE: PASSWORD})["pop3"].exposed) == 1


def test_of_tls_only_records_are_counted() -> None:
    record = b"\x16\x03\x01\x00\x05hello"
    heard = overheard([file((5, frame(993, record)))], 0, {ALICE: PASSWORD})["imaps"]
    assert (heard.records, heard.lines, heard.exposed) == (1, (), ())


def test_what_was_said_before_does_not_count_and_files_come_in_any_order() -> None:
    early, late = file((5, frame(143, b"a NOOP\r\n"))), file((9, frame(143, b"b NOOP\r\n", 9)))
    assert overheard([late, early], 7 * 10**9, {})["imap"].lines == ("b NOOP",)
    assert overheard([late, early], 0, {})["imap"].lines == ("a NOOP", "b NOOP")


@given(st.binary(max_size=200), st.text(min_size=8, max_size=40))
def test_any_line_may_be_asked(line: bytes, password: str) -> None:
    wanted = password.encode("utf-8", "surrogatepass").decode("utf-8", "ignore")
    assert can_be_read(wanted, line + b" " + wanted.encode())
    assert can_be_read(wanted, b"AUTH " + b64encode(b"\0x\0" + wanted.encode()))


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_whatever_is_on_the_wire_no_password_is_shown(payloads: list[bytes]) -> None:
    packets = [(n + 1, frame(143, data)) for n, data in enumerate(payloads)]
    packets.append((99, frame(143, b"\r\nx " + PASSWORD.encode() + b"\r\n", 1000)))
    assert PASSWORD not in str(overheard([file(*packets)], 0, {ALICE: PASSWORD}))
