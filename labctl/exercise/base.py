"""What all parts of an exercise file are made of."""

import re
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from labctl.lang import Text

_WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,4})(ms|s)", re.ASCII)


class Complaint(ValueError):
    """What is wrong with a value: an English template and what it names."""

    def __init__(self, template: str, **values: object) -> None:
        self.text = Text(template, values)
        super().__init__(template)


class Part(BaseModel):
    """A mapping of an exercise file; a key it does not know is refused."""

    # Deferred: what no file holds is not made ready to be read, 50 ms of every command.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def word(value: str) -> str:
    """The value, if it can be the name of something.

    Raises:
        Complaint: it cannot.
    """
    if not _WORD.fullmatch(value):
        raise Complaint("a name is 1 to 64 of a-z, 0-9 and - in between")
    return value


def _line(value: str) -> str:
    if not value or not value.isprintable() or len(value) > 500:
        raise Complaint("this must be one line of 1 to 500 printable characters")
    return value


def _seconds(value: str) -> str:
    if not _DURATION.fullmatch(value):
        raise Complaint("a duration is a number and s or ms, such as 15s")
    return value


def seconds(duration: str) -> float:
    """``15s`` is 15.0, ``500ms`` is 0.5."""
    match = _DURATION.fullmatch(duration)
    assert match is not None, "the schema lets no other duration in"
    return int(match[1]) / (1000 if match[2] == "ms" else 1)


T = TypeVar("T")
Word = Annotated[str, AfterValidator(word)]
OneLine = Annotated[str, AfterValidator(_line)]
Duration = Annotated[str, AfterValidator(_seconds)]
Many = Annotated[tuple[T, ...], Strict(strict=False)]  # a list of the file, kept as a tuple
Some = Annotated[tuple[T, ...], Strict(strict=False), Field(min_length=1)]
Count = Annotated[int, Field(ge=0, le=10_000)]
