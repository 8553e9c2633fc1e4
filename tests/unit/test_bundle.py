"""A bundle: its manifest, and a file that is whole or refused."""

import errno
import json
import os
import platform
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl import __version__
from labctl.engine import wheels
from labctl.engine.libraries import program
from labctl.engine.wheels import libraries, this_python
from labctl.errors import BadBundle, BadUsage, EnvironmentProblem, ExitCode
from labctl.model.bundle import IMAGES, MANIFEST, Manifest, Member
from labctl.model.progress import silent
from labctl.shipped import shipped
from labctl.verbs.bundle_file import Writing, opened, verify, written
from labctl.verbs.bundle_install import MARK, install
from labctl.verbs.bundle_wheel import own_wheel

CONTENT = {"__main__.py": b"print('start')\n", "wheels/x-1-py3-none-any.whl": b"", IMAGES: b"tar!"}


def manifest_of(members: tuple[Member, ...], **other: object) -> Manifest:
    values: dict[str, object] = {
        "labctl": __version__,
        "created": "2026-01-01T00:00:00+00:00",
        "platform": "linux/amd64",
        "system": platform.system(),
        "machine": platform.machine(),
        "pythons": (this_python(),),
        "images": {"postfix": "labctl/postfix:0"},
        "members": members,
        **other,
    }
    return Manifest(**values)  # type: ignore[arg-type]


def save(path: Path, **other: object) -> Path:
    with written(path) as bundle:
        for name, content in CONTENT.items():
            bundle.add(name, [content])
        bundle.add(MANIFEST, [manifest_of(tuple(bundle.members), **other).dumped()])
    return path


def check(path: Path) -> dict[str, bytes]:
    """What a bundle that is not refused holds."""
    with opened(path) as bundle:
        verify(bundle, silent)
        return {m.name: b"".join(bundle.pieces(m.name)) for m in bundle.manifest.members}


def refuse(file: Path, folder: Path) -> None:
    """Install, and nothing may be left of it."""
    before = sorted(folder.parent.iterdir())
    try:
        install(file, folder, silent, lambda _: pytest.fail("it was installed"))
    finally:
        assert sorted(folder.parent.iterdir()) == before


# -- the manifest ----------------------------------------------------------------------------------

_words = st.text(max_size=20)
_names = st.from_regex(r"[a-z0-9_+-][a-z0-9_.+-]{0,9}", fullmatch=True)
_members = st.builds(
    Member, _names, st.integers(0, 10**12), st.binary().map(lambda b: sha256(b).hexdigest())
)


@given(
    st.lists(_members, max_size=5, unique_by=lambda m: m.name),
    st.lists(_words, max_size=3),
    st.dictionaries(_words, _words, max_size=3),
)
def test_a_manifest_is_read_as_it_was_written(
    members: list[Member], pythons: list[str], images: dict[str, str]
) -> None:
    whole = (*(m for m in members if m.name != IMAGES), Member(IMAGES, 1, "0" * 64))
    manifest = manifest_of(whole, pythons=tuple(pythons), images=images)
    assert Manifest.read(manifest.dumped()) == manifest


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=8,
)


@given(_json, st.sampled_from(["schema", *Manifest.__dataclass_fields__]))
def test_any_other_value_in_a_manifest_is_refused_or_fits(value: object, field: str) -> None:
    good = json.loads(manifest_of((Member(IMAGES, 4, "0" * 64),)).dumped())
    for written_as in (value, {**good, field: value}):
        try:
            read = Manifest.read(json.dumps(written_as).encode())
        except BadBundle:
            continue
        assert Manifest.read(read.dumped()) == read


@given(st.binary(max_size=200))
def test_any_bytes_are_no_manifest(written_as: bytes) -> None:
    with pytest.raises(BadBundle):
        Manifest.read(written_as)


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../x", "a/../b", ".hidden", "a//b", "a/", "C:x", "a\\b", "à"]
)
def test_a_member_cannot_be_written_elsewhere(name: str) -> None:
    with pytest.raises(ValueError, match="no member"):
        Member(name, 1, "0" * 64)


# -- the file --------------------------------------------------------------------------------------


def test_a_bundle_holds_what_was_put_in(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    assert check(file) == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == ["b.pyz"]


def test_python_runs_it(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    assert subprocess.check_output([sys.executable, file], text=True) == "start\n"


def test_cut_anywhere_it_is_refused(tmp_path: Path) -> None:
    whole = save(tmp_path / "b.pyz").read_bytes()
    cut = tmp_path / "cut.pyz"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(BadBundle):
            check(cut)


def test_with_any_byte_changed_it_is_refused_or_the_same(tmp_path: Path) -> None:
    """Some bytes say nothing of the content, such as the date of a member."""
    whole = save(tmp_path / "b.pyz").read_bytes()
    other = tmp_path / "other.pyz"
    refused = 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x5A
        other.write_bytes(changed)
        try:
            assert check(other) == CONTENT
        except BadBundle:
            refused += 1
    assert refused > len(whole) / 3


def test_what_the_manifest_does_not_list_is_refused(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("wheels/evil-1-py3-none-any.whl", b"")
    with pytest.raises(BadBundle, match="damaged"):
        check(file)


@pytest.mark.parametrize("content", [b"", b"From: alice\n", b"PK\5\6" + bytes(18)])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(BadBundle) as refused:
        check(other)
    assert refused.value.exit_code == ExitCode.USAGE


def test_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(BadBundle, match="cannot be read"):
            check(path)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow past 64 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _large() -> Iterator[bytes]:
    for number in range(10_000):
        yield sha256(str(number).encode()).digest() * 2


@pytest.mark.usefixtures("small_disk")
def test_what_does_not_fit_leaves_the_old_file(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    with pytest.raises(EnvironmentProblem, match="cannot be written"), written(file) as bundle:
        bundle.add(IMAGES, _large(), packed=True)
    assert check(file) == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == ["b.pyz"]


def test_what_fails_elsewhere_does_not_blame_the_file(tmp_path: Path) -> None:
    """Such as /tmp, full while the libraries come."""

    def from_a_bad_disk() -> Iterator[bytes]:
        yield b"some"
        raise elsewhere

    elsewhere = OSError(errno.ENOSPC, "no room in another place")
    with pytest.raises(OSError, match="in another place") as raised, written(tmp_path / "b") as new:
        new.add(IMAGES, from_a_bad_disk())
    assert raised.value is elsewhere
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_blamed(tmp_path: Path) -> None:
    """It went away between the look at it and the first byte; or nobody may write there."""
    gone = tmp_path / "gone" / "b.pyz"
    with pytest.raises(EnvironmentProblem, match="cannot be written"), written(gone):
        pytest.fail("there is no such folder")


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[bytes]:
        yield b"some"
        raise KeyboardInterrupt

    def write(bundle: Writing) -> None:
        bundle.add(IMAGES, interrupted())

    with pytest.raises(KeyboardInterrupt), written(tmp_path / "b.pyz") as bundle:
        write(bundle)
    assert list(tmp_path.iterdir()) == []


# -- installing ------------------------------------------------------------------------------------


def test_a_bundle_for_another_machine_changes_nothing(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz", machine="vax")
    with pytest.raises(EnvironmentProblem, match="vax"):
        refuse(file, tmp_path / "there")


def test_a_bundle_for_another_python_names_one(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz", pythons=("3.98", "3.99"))
    with pytest.raises(EnvironmentProblem, match=r"python3\.99 FILE"):
        refuse(file, tmp_path / "there")


def test_a_folder_of_something_else_stays(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(BadUsage, match="no installation of labctl"):
        refuse(file, tmp_path / "mine")


KEPT = ".lab.labctl-before"


def installed(folder: Path, words: str) -> None:
    """A labctl that an earlier bundle has put there, as far as it is looked at."""
    command = program(folder, "labctl")
    command.parent.mkdir(parents=True)
    command.write_text(words)
    (folder / MARK).touch()


@pytest.mark.parametrize("killed", [False, True])
def test_what_was_installed_comes_back_when_the_new_one_fails(tmp_path: Path, killed: bool) -> None:
    file = save(tmp_path / "b.pyz")  # without pip: it fails once the folder is begun
    installed(tmp_path / (KEPT if killed else "lab"), "mine")  # a killed run left it aside
    if killed:
        (tmp_path / "lab").mkdir()
    with pytest.raises(BadBundle, match="lacks"):
        install(file, tmp_path / "lab", silent, lambda _: pytest.fail("it was installed"))
    assert program(tmp_path / "lab", "labctl").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.pyz", "lab"]


def test_a_run_that_was_killed_while_it_tidied_up_loses_nothing(tmp_path: Path) -> None:
    file = save(tmp_path / "b.pyz")
    installed(tmp_path / "lab", "new")
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / MARK).touch()  # the old one, all but gone
    with pytest.raises(BadBundle, match="lacks"):
        install(file, tmp_path / "lab", silent, lambda _: pytest.fail("it was installed"))
    assert program(tmp_path / "lab", "labctl").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.pyz", "lab"]


@pytest.mark.parametrize("theirs", ["lab", KEPT])
@pytest.mark.parametrize("holds", ["pyvenv.cfg", "thesis.txt"])
def test_what_is_somebody_elses_stays(tmp_path: Path, theirs: str, holds: str) -> None:
    file = save(tmp_path / "b.pyz")
    installed(tmp_path / "lab", "mine")
    (tmp_path / theirs / holds).parent.mkdir(exist_ok=True)
    (tmp_path / theirs / holds).write_text("long work")
    if theirs == "lab":
        (tmp_path / "lab" / MARK).unlink()
    with pytest.raises(BadUsage, match="no installation of labctl"):
        install(file, tmp_path / "lab", silent, lambda _: pytest.fail("it was installed"))
    assert (tmp_path / theirs / holds).read_text() == "long work"
    assert program(tmp_path / "lab", "labctl").read_text() == "mine"


# -- labctl's own wheel ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    name, content = own_wheel()
    path = tmp_path_factory.mktemp("wheel") / name
    path.write_bytes(content)
    return path


def test_the_wheel_holds_code_templates_and_its_record(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        record = archive.read(f"labctl-{__version__}.dist-info/RECORD").decode()
    assert [line.partition(",")[0] for line in record.splitlines()] == names
    assert len({*names}) == len(names)
    assert {
        "labctl/cli/main.py",
        "labctl/exercises/smtp-sends/fr.yaml",
        "labctl/definition/builtin/duo.toml",
        "labctl/_shipped/compose/client/Dockerfile",
        "labctl/_shipped/templates/bundle/__main__.py",
        f"labctl-{__version__}.dist-info/entry_points.txt",
    } <= {*names}
    assert not [n for n in names if "__pycache__" in n]


def test_the_same_labctl_is_the_same_wheel(wheel: Path) -> None:
    assert own_wheel()[1] == wheel.read_bytes()


def test_the_start_needs_no_library(wheel: Path) -> None:
    """Out of the wheel, in either language, without what is installed here."""
    code = (
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        "from labctl.cli.bundle_start import start\n"
        "sys.exit(start('b.pyz', ['--help']))"
    )
    for language, word in (("en", "FOLDER"), ("fr", "DOSSIER")):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code],
            env={"LABCTL_LANG": language},
            capture_output=True,
            text=True,
            check=True,
        )
        assert word in done.stderr


def test_the_libraries_are_those_of_pyproject_and_theirs() -> None:
    found = libraries()
    assert {
        "docker",
        "typer",
        "pydantic-core",
        "markupsafe",
        "cffi",
        "linkify-it-py",
    } <= found.keys()
    assert not {"labctl", "pytest", "mypy"} & found.keys()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "pip: -9"),
        (["Collecting docker"], "Collecting docker"),
        (["ERROR: no network", "note: a newer pip is there"], "ERROR: no network"),
    ],
)
def test_pip_may_end_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str], why: str
) -> None:
    monkeypatch.setattr(wheels, "follow", lambda *_: (-9, said))
    assert wheels.fetch(tmp_path, "3.11", silent) == why


# -- the start of a bundle -------------------------------------------------------------------------


def started(
    tmp_path: Path, module: str = "def start(*_):\n    return 0\n", **environ: str
) -> subprocess.CompletedProcess[str]:
    """`python3 FILE`, where the labctl that is inside is ``module`` alone."""
    wheel = tmp_path / "w"
    with zipfile.ZipFile(wheel, "w") as inside:
        inside.writestr("labctl/__init__.py", "")
        inside.writestr("labctl/cli/__init__.py", "")
        inside.writestr("labctl/cli/bundle_start.py", module)
    file = tmp_path / "b.pyz"
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.write(shipped("templates") / "bundle" / "__main__.py", "__main__.py")
        bundle.write(wheel, "wheels/labctl-0-py3-none-any.whl")
    return subprocess.run(
        [sys.executable, "-I", file],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_start_hands_over(tmp_path: Path) -> None:
    done = started(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("module", "code", "words", "mots"),
    [
        ("import labctl.nothing", 2, "the bundle is damaged", "le lot est endommagé"),
        ("from labctl.cli import nothing", 2, "the bundle is damaged", "le lot est endommagé"),
        ("def (", 2, "the bundle is damaged", "le lot est endommagé"),
        ("import _no_ssl", 3, "this Python lacks a part", "il manque à ce Python"),
        ("raise OSError(28, 'No space left')", 3, "No space left", "TMPDIR un dossier"),
    ],
)
def test_the_start_says_what_is_wrong_in_both_languages(
    tmp_path: Path, module: str, code: int, words: str, mots: str
) -> None:
    done = started(tmp_path, module)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert mots in done.stderr
    assert "Traceback" not in done.stderr


def test_the_start_without_a_temporary_folder_says_so(tmp_path: Path) -> None:
    """No file may grow: so Python finds no folder that takes one."""
    file = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    started(tmp_path)  # makes the bundle
    code = f"{file}\nimport runpy, sys\nsys.argv = [{str(tmp_path / 'b.pyz')!r}]\n"
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "labctl cannot be unpacked" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_start_of_a_bundle_speaks_to_an_old_python() -> None:
    start = (shipped("templates") / "bundle" / "__main__.py").read_text(encoding="utf-8")
    head, _, _ = start.partition("\nimport os")
    compile(start, "__main__.py", "exec")
    assert "version_info < (3, 11)" in head
