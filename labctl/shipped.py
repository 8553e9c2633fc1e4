"""Where the files are that travel with labctl: beside the package in a clone, in it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(kind: str) -> Path:
    """The folder ``templates`` or ``compose``, wherever this labctl was installed."""
    inside = _PACKAGE / "_shipped" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / kind


def built_in_exercises() -> Path:
    """The folder of exercises that come with labctl, one folder each."""
    return _PACKAGE / "exercises"
