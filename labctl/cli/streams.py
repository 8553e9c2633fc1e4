"""Screens of any alphabet."""

import sys
from io import TextIOWrapper


def take_any_letter() -> None:
    """A screen of another alphabet shows escapes for the letters that it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
