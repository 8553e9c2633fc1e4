"""A seat as one file: read again without loss, and refused when it is not whole."""

import gzip
import io
import tarfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import BadCheckpoint, ExitCode
from labctl.model.workshop import Seat
from labctl.render.checkpoint import (
    Checkpoint,
    dump_checkpoint,
    load_checkpoint,
    without_indexes,
)
from tests.unit.lab_specs import a_lab


def a_tar(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


SEAT = Seat("room", 7, "Zoé Martin", "Héron")
CHECKPOINT = Checkpoint(
    replace(a_lab(name=SEAT.lab), seat=SEAT),
    1_700_000_000_000_000_000,
    {"course.json": b"{}", "evidence-0001-ab.json": b"{}\n"},
    {"dovecot": a_tar(message=b"hello")},
)
WHOLE = dump_checkpoint(CHECKPOINT)


def refused(raw: bytes) -> str:
    with pytest.raises(BadCheckpoint) as caught:
        load_checkpoint(raw, "room-007.tar.gz")
    assert caught.value.exit_code is ExitCode.USAGE
    return str(caught.value)


def test_what_is_written_is_read_again() -> None:
    assert load_checkpoint(WHOLE, "room-007.tar.gz") == CHECKPOINT


@given(st.integers(0, len(WHOLE) - 1))
def test_one_that_was_cut_is_refused(length: int) -> None:
    assert "is no checkpoint, or a part of it is damaged" in refused(WHOLE[:length])


@given(st.integers(20, len(WHOLE) - 1), st.integers(1, 255))
def test_one_in_which_a_byte_changed_is_refused(at: int, by: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= by
    refused(bytes(changed))


@given(st.binary(max_size=100) | st.binary(max_size=100).map(gzip.compress))
def test_anything_else_is_refused(raw: bytes) -> None:
    assert refused(raw).startswith("room-007.tar.gz is no checkpoint")


@pytest.mark.parametrize(
    "changed",
    [
        {"progress": {"main.cf": b"relayhost ="}},
        {"progress": {"../course.json": b"{}"}},
        {"mail": {**CHECKPOINT.mail, "postfix": a_tar()}},
        {"mail": {}},
        {"mail": {"dovecot": b"\x01" * 2000}},
        {"mail": {"dovecot": CHECKPOINT.mail["dovecot"][:700]}},
    ],
    ids=["another file", "another folder", "another server", "no mail", "no tar", "half a tar"],
)
def test_what_no_seat_keeps_is_refused(changed: dict[str, Any]) -> None:
    assert "is no checkpoint" in refused(dump_checkpoint(replace(CHECKPOINT, **changed)))


def test_another_schema_is_refused() -> None:
    other = gzip.decompress(WHOLE).replace(b'"schema": 1,\n "lab"', b'"schema": 9,\n "lab"')
    assert "it has schema 9, not 1" in refused(gzip.compress(other))


def test_mail_flags_and_uids_are_kept_and_what_dovecot_makes_again_is_not() -> None:
    kept = {
        "alpha.test/alice/Maildir/cur/1.M1.mx,S=9:2,RS": b"text",
        "alpha.test/alice/Maildir/new/2.M2.mx": b"more",
        "alpha.test/alice/Maildir/dovecot-uidlist": b"3 V1",
        "alpha.test/alice/Maildir/dovecot-keywords": b"0 $Forwarded",
        "alpha.test/alice/Maildir/.Archive/maildirfolder": b"",
    }
    left = {
        ".log-mark": b"1",
        "alpha.test/alice/Maildir/dovecot.index.log": b"x",
        "alpha.test/alice/Maildir/dovecot.list.index": b"x",
        "alpha.test/alice/Maildir/.Archive/dovecot.index.cache": b"x",
        "alpha.test/alice/Maildir/dovecot-uidlist.lock": b"",
        "alpha.test/alice/Maildir/tmp/3.M3.mx": b"half a mess",
    }
    folders = ("alpha.test", "alpha.test/alice/Maildir/tmp", "alpha.test/alice/Maildir/.Archive")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name in ("", *folders):
            folder = tarfile.TarInfo(f"mail/{name}")
            folder.type, folder.uid = tarfile.DIRTYPE, 5000
            tar.addfile(folder)
        for name, content in {**kept, **left}.items():
            entry = tarfile.TarInfo(f"mail/{name}")
            entry.size, entry.uid, entry.mtime = len(content), 5000, 1_700_000_000.25
            tar.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("mail/alpha.test/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    with tarfile.open(fileobj=io.BytesIO(without_indexes(archive.getvalue()))) as tar:
        entries = {entry.name: entry for entry in tar}
    assert entries.keys() == {*kept, *folders}
    message = entries["alpha.test/alice/Maildir/new/2.M2.mx"]
    assert (message.uid, message.mtime) == (5000, 1_700_000_000.25)  # IMAP's INTERNALDATE
