"""A bundle: all that a laptop without a network needs, in one file. What its manifest says. Pure.

The file is a zip that Python runs (``python3 FILE``): a start, this manifest, wheels, and the
images as ``docker save`` writes them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from labctl.errors import BadBundle

SCHEMA = 1
MANIFEST = "manifest.json"
IMAGES = "images.tar"
WHEELS = "wheels/"
MEGABYTE = 1_000_000  # bytes, as sizes are shown
# Names of members: no way out of the folder that they are unpacked into, on any system.
_MEMBER = re.compile(r"(?:[A-Za-z0-9_+-][A-Za-z0-9_.+-]*/)*[A-Za-z0-9_+-][A-Za-z0-9_.+-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the bundle."""

    name: str  # wheels/docker-7.2.0-py3-none-any.whl
    size: int  # bytes, unpacked
    sha256: str  # hexadecimal

    def __post_init__(self) -> None:
        if not _MEMBER.fullmatch(self.name) or self.size < 0 or not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"no member of a bundle: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a bundle, and what it is for."""

    labctl: str  # its version
    created: str  # RFC 3339
    platform: str  # of the images: linux/amd64
    system: str  # of the wheels, as Python names it: Linux, Darwin, Windows
    machine: str  # x86_64, arm64, AMD64
    pythons: tuple[str, ...]  # whose wheels there are: 3.11, 3.12
    images: Mapping[str, str]  # postfix: labctl/postfix:1f0e2d3c4b5a
    members: tuple[Member, ...]

    def wheel(self, project: str) -> str:
        """The name of the member that is this project's wheel.

        Raises:
            BadBundle: there is none.
        """
        for member in self.members:
            if member.name.startswith(f"{WHEELS}{project}-") and member.name.endswith(".whl"):
                return member.name
        raise BadBundle("the bundle lacks {name}", name=f"{WHEELS}{project}-….whl")

    def dumped(self) -> bytes:
        """As it is written into the bundle."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        """Read what ``dumped`` wrote.

        Raises:
            BadBundle: these words are no manifest, or that of a later labctl.
        """
        try:
            values = json.loads(written)
            schema = values.pop("schema")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _foreign() from None
        if schema != SCHEMA:
            raise BadBundle(
                "the bundle was saved by another labctl, whose bundles this one cannot read",
                remedy="install the labctl that is in it: python3 FILE",
            )
        try:
            return cls(**_checked(values))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _foreign() from None


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The fields' values with their types.

    Raises:
        ValueError, KeyError, TypeError: something is missing, too much, or of another type.
    """
    if values.keys() != {one.name for one in fields(Manifest)}:
        raise ValueError("other fields")
    members = tuple(Member(**one) for one in values["members"])
    words = [*(values[one] for one in ("labctl", "created", "platform", "system", "machine"))]
    words += [*values["pythons"], *values["images"].keys(), *values["images"].values()]
    if not all(isinstance(word, str) for word in words) or isinstance(values["pythons"], str):
        raise TypeError("not words")
    names = [one.name for one in members]
    if len({*names}) != len(names) or IMAGES not in names:
        raise ValueError("one name twice, or no images")
    return {**values, "members": members, "pythons": tuple(values["pythons"])}


def _foreign() -> BadBundle:
    return BadBundle(
        "the file is no bundle of labctl, or it is damaged",
        remedy="copy it again, or make one where there is a network: labctl bundle save FILE",
    )
