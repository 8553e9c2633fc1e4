"""This labctl as a wheel, made from its own files: installed or in a clone, with or without pipx.

It is pure Python, so a wheel of it is its files, what its installer noted, and their checksums.

Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import labctl
from labctl import __version__
from labctl.errors import EnvironmentProblem
from labctl.shipped import shipped

# The folders that are beside the package in a clone and inside it in a wheel.
_SHIPPED = ("templates", "compose")
_INSTALLER = "Wheel-Version: 1.0\nGenerator: labctl\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_SCRAP = (".pyc", "~", ".orig", ".rej")


def own_wheel() -> tuple[str, bytes]:
    """The wheel's name and content.

    Raises:
        EnvironmentProblem: this labctl was never installed, or it has changed since.
    """
    try:
        installed = distribution("labctl")
    except PackageNotFoundError:
        raise _stale() from None
    if installed.version != __version__:
        raise _stale()
    facts = f"labctl-{__version__}.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        record = []
        for name, content in [*_code(), *_facts(installed, facts)]:
            _add(wheel, name, content)
            digest = base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(content)}\n")
        record.append(f"{facts}/RECORD,,\n")
        _add(wheel, f"{facts}/RECORD", "".join(record).encode())
    return f"labctl-{__version__}-py3-none-any.whl", buffer.getvalue()


def _add(wheel: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)  # of no date: the same files are the same wheel
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    wheel.writestr(entry, content)


def _code() -> Iterator[tuple[str, bytes]]:
    package = Path(labctl.__file__).parent
    yield from _below(package, "labctl", leave_out="_shipped")
    for kind in _SHIPPED:
        yield from _below(shipped(kind), f"labctl/_shipped/{kind}")


def _below(folder: Path, name: str, *, leave_out: str = "") -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        scrap = path.name.startswith(".") or path.name.endswith(_SCRAP)
        if path.is_file() and not scrap and parts[0] != leave_out:
            yield "/".join((name, *parts)), path.read_bytes()


def _facts(installed: Distribution, folder: str) -> Iterator[tuple[str, bytes]]:
    for name in ("METADATA", "entry_points.txt"):
        yield f"{folder}/{name}", (installed.read_text(name) or "").encode()
    yield f"{folder}/WHEEL", _INSTALLER.encode()
    for file in installed.files or ():
        if file.parts[0].endswith(".dist-info") and "licenses" in file.parts:
            yield "/".join((folder, *file.parts[1:])), file.read_binary()


def _stale() -> EnvironmentProblem:
    return EnvironmentProblem(
        "a bundle needs an installed labctl {version}",
        remedy="install it, in a clone by: make; elsewhere by: pipx install labctl",
        version=__version__,
    )
