"""Archives as the Engine API takes and gives them."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.engine.archive import OLD, PlacedFile, pack, unpack
from labctl.engine.values import TreeFile

names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=120,
).filter(lambda name: name not in (".", ".."))
placed = st.builds(
    PlacedFile,
    target=st.lists(names, min_size=1, max_size=3).map(lambda n: "/etc/labctl/" + "/".join(n)),
    content=st.binary(max_size=2000),
    mode=st.sampled_from([0o600, 0o640, 0o644]),
    uid=st.integers(0, 65534),
    gid=st.integers(0, 65534),
)


def under(root: str, archive: bytes) -> bytes:
    """The archive as ``GET /archive`` gives it: all names below the folder's own."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as given_,
        tarfile.open(fileobj=out, mode="w") as made,
    ):
        folder = tarfile.TarInfo(root)
        folder.type = tarfile.DIRTYPE
        made.addfile(folder)
        for entry in given_:
            entry.name = f"{root}/{entry.name}"
            made.addfile(entry, given_.extractfile(entry))
    return out.getvalue()


@given(st.lists(placed, max_size=5), st.integers(1, 700))
def test_what_is_packed_is_unpacked(files: list[PlacedFile], chunk: int) -> None:
    archive = under("labctl", pack(files, "/etc/labctl"))
    chunks = [archive[i : i + chunk] for i in range(0, len(archive), chunk)]
    assert list(unpack(chunks)) == [
        TreeFile(f.target.removeprefix("/etc/labctl/"), f.content, float(OLD)) for f in files
    ]


@given(placed)
def test_owner_and_mode_travel_and_the_file_is_old(file: PlacedFile) -> None:
    with tarfile.open(fileobj=io.BytesIO(pack([file], "/etc/labctl"))) as tar:
        (entry,) = tar
    assert (entry.uid, entry.gid, entry.mode) == (file.uid, file.gid, file.mode)
    assert entry.mtime == OLD
    assert not entry.name.startswith(("/", ".."))


def test_a_file_outside_the_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the subpath"):
        pack([PlacedFile("/etc/passwd", b"", 0o644, 0, 0)], "/etc/labctl")


def test_one_file_keeps_its_name() -> None:
    archive = pack([PlacedFile("/etc/labctl/lab.json", b"{}", 0o600, 0, 0)], "/etc/labctl")
    assert [(f.path, f.content) for f in unpack([archive])] == [("lab.json", b"{}")]


def test_what_is_no_regular_file_is_left_out() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo(f"mail/{kind!r}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            tar.addfile(entry)
    assert not list(unpack([out.getvalue()]))


def test_a_file_of_two_names_is_there_twice() -> None:
    out = io.BytesIO(pack([PlacedFile("/a/box/cur/1:2,", b"mail", 0o600, 0, 0)], "/a"))
    with tarfile.open(fileobj=out, mode="a") as tar:
        for name, target in (("box/.Archive/cur/1:2,", "box/cur/1:2,"), ("box/lost", "box/gone")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.LNKTYPE, target
            tar.addfile(entry)
    found = [(f.path, f.content) for f in unpack([out.getvalue()])]
    assert found == [("cur/1:2,", b"mail"), (".Archive/cur/1:2,", b"mail")]
