"""Exercises on disk: one folder each, with the logic once and the texts in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from labctl.errors import BadExercise
from labctl.exercise.base import Complaint, Part
from labctl.exercise.references import broken_reference, known_placeholders, missing_text
from labctl.exercise.schema import Logic
from labctl.exercise.texts import Texts, unknown_placeholder
from labctl.lang import Language, Text, chosen
from labctl.model.yamlmarks import LineOf, YamlComplaint, load_marked, shown

LANGUAGES: tuple[Language, ...] = get_args(Language)
_LARGEST = 500_000  # bytes of one file

# pydantic's words, by its error type, said once in ours so that they can be translated.
_SAYS = {
    "extra_forbidden": "no such key",
    "missing": "this key is missing",
    "string_type": "this must be a text",
    "int_type": "this must be a whole number",
    "bool_type": "this must be true or false",
    "tuple_type": "this must be a list",
    "model_type": "this must be a table of keys and values",
    "dict_type": "this must be a table of keys and values",
    "literal_error": "this must be {expected}",
    "too_short": "this must not be empty",
    "greater_than_equal": "this must be at least {ge}",
    "less_than_equal": "this must be at most {le}",
}

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise: its logic, and its texts in every language."""

    logic: Logic
    texts: Mapping[Language, Texts]
    folder: str

    @property
    def id(self) -> str:
        """The name by which a participant calls it; also its folder's name."""
        return self.logic.id

    @property
    def text(self) -> Texts:
        """The texts in the language in force."""
        return self.texts[chosen()]


class _File:
    """One file of an exercise: its data, and complaints that name file, line and key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line_of: LineOf = lambda _: 1
        try:
            self.data, self.line_of = load_marked(self._read(), str(path))
        except YamlComplaint as complaint:
            raise BadExercise("{reason}", reason=complaint) from None

    def _read(self) -> str:
        try:
            with self.path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
            return raw.decode("utf-8")
        except OSError as error:
            why = Text("cannot be read: {why}", {"why": error.strerror or "?"})
        except UnicodeDecodeError:
            why = Text("not UTF-8 text")
        raise self.wrong((), why)

    def wrong(self, where: tuple[str | int, ...], reason: Text) -> BadExercise:
        """One sentence: file, line, key, what is wrong."""
        return BadExercise(
            "{file}:{line}: {key}: {reason}" if where else "{file}:{line}: {reason}",
            file=self.path,
            line=self.line_of(where),
            key=shown(".".join(str(part) for part in where)),
            reason=reason,
        )

    def as_(self, kind: type[P]) -> P:
        """The data as a value of that kind."""
        try:
            return kind.model_validate(self.data)
        except ValidationError as error:
            first: Mapping[str, Any] = error.errors(include_url=False)[0]
        raise self.wrong(first["loc"], _reason(first))


def _reason(error: Mapping[str, Any]) -> Text:
    context = error.get("ctx") or {}
    if isinstance(context.get("error"), Complaint):
        text = context["error"].text
        return Text(text.template, {key: shown(str(v)) for key, v in text.values.items()})
    template = _SAYS.get(error["type"])
    return Text(template, context) if template else Text("{words}", {"words": error["msg"]})


def load(folder: Path) -> Exercise:
    """The exercise in a folder.

    Raises:
        BadExercise: a file cannot be read, is wrong, or contradicts another; the message is one
            sentence with file, line and key.
    """
    file = _File(folder / "exercise.yaml")
    logic = file.as_(Logic)
    if logic.id != folder.name:
        raise file.wrong(("id",), Text("the folder is called {name}", {"name": shown(folder.name)}))
    if broken := broken_reference(logic):
        raise file.wrong(*broken)
    texts = {language: _texts(folder / f"{language}.yaml", logic) for language in LANGUAGES}
    return Exercise(logic, texts, str(folder))


def _texts(path: Path, logic: Logic) -> Texts:
    file = _File(path)
    texts = file.as_(Texts)
    problem = missing_text(logic, texts) or unknown_placeholder(
        file.data, known_placeholders(logic)
    )
    if problem:
        raise file.wrong(*problem)
    return texts


def load_all(folder: Path) -> tuple[Exercise, ...]:
    """All exercises of a folder: the short tour in its order, then the others by id.

    Raises:
        BadExercise: it is no folder of exercises, or one of them is wrong.
    """
    name = shown(str(folder))
    if not folder.is_dir():
        raise BadExercise("there is no folder of exercises {folder}", folder=name)
    if (folder / "exercise.yaml").exists():
        raise BadExercise(
            "{folder} is one exercise, not a folder of them",
            remedy="name the folder above it: --folder {above}",
            folder=name,
            above=shown(str(folder.absolute().parent)),
        )
    found = [load(path) for path in sorted(folder.iterdir()) if (path / "exercise.yaml").exists()]
    if not found:
        raise BadExercise(
            "the folder {folder} holds no exercise",
            remedy="each exercise is a folder in it, with an exercise.yaml",
            folder=name,
        )
    return tuple(sorted(found, key=lambda e: (e.logic.tour or 100, e.id)))


def json_schema(kind: type[Part] = Logic) -> dict[str, object]:
    """The JSON Schema of ``exercise.yaml``, or with ``Texts`` of ``en.yaml``, for editors."""
    schema = kind.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "labctl exercise" if kind is Logic else "labctl exercise: texts"
    return schema
