"""From a definition's text to a Definition, or to one sentence on where it is wrong. Pure."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from labctl.definition.schema import Complaint, Definition
from labctl.definition.tomlmarks import line_of, toml_lines
from labctl.errors import BadDefinition
from labctl.lang import Text
from labctl.model.shown import shown
from labctl.model.yamlmarks import YamlComplaint, load_marked

LineOf = Callable[[tuple[str | int, ...]], int]

# tomllib says where at the end of its sentence.
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

# pydantic's own words, by its error type, said once in our words so that they can be translated.
_SAYS: dict[str, str] = {
    "extra_forbidden": "no such key",
    "missing": "this key is missing",
    "string_type": "this must be a text",
    "int_type": "this must be a whole number",
    "list_type": "this must be a list",
    "model_type": "this must be a table",
    "dict_type": "this must be a table",
    "too_short": "this must not be empty",
    "too_long": "this is too long",
    "greater_than_equal": "this must be at least {ge}",
    "less_than_equal": "this must be at most {le}",
}


def _toml(text: str, file: str) -> tuple[Any, LineOf]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _not_toml(text, file, str(problem)) from None
    except RecursionError:
        raise _not_toml(text, file, "too deep") from None
    except ValueError:  # from int(), over 4300 digits
        raise _not_toml(text, file, "a number is too long") from None
    lines = toml_lines(text)
    return data, lambda path: line_of(lines, path)


def _not_toml(text: str, file: str, said: str) -> BadDefinition:
    place = _TOML_PLACE.search(said)
    return BadDefinition(
        "{file}:{line}: not TOML: {problem}",
        file=file,
        line=(place and place[1]) or max(1, len(text.splitlines())),
        problem=shown(_TOML_PLACE.sub("", said)),
    )


def _yaml(text: str, file: str) -> tuple[Any, LineOf]:
    try:
        return load_marked(text, file)
    except YamlComplaint as problem:
        raise BadDefinition("{reason}", reason=problem) from None


def _complaint(problem: ValidationError) -> tuple[tuple[str | int, ...], str, dict[str, object]]:
    """The first thing that is wrong: where, the template, and what it names."""
    error = problem.errors(include_url=False)[0]
    context: Mapping[str, object] = error.get("ctx") or {}
    inner = context.get("error")
    if isinstance(inner, Complaint):
        return error["loc"], inner.template, dict(inner.values)
    template = _SAYS.get(error["type"])
    if template is None:
        return error["loc"], "{pydantic}", {"pydantic": error["msg"]}
    return error["loc"], template, dict(context)


def validate(data: object, file: str, line_of_path: LineOf, *, own_domain: bool) -> Definition:
    """A Definition from plain data.

    Raises:
        BadDefinition: with file, line and key.
    """
    try:
        return Definition.model_validate(data, context={"own_domain": own_domain})
    except ValidationError as problem:
        where, template, values = _complaint(problem)
    key = ".".join(str(part) for part in where) or "/"
    raise BadDefinition(
        "{file}:{line}: {key}: {reason}",
        file=file,
        line=line_of_path(where),
        key=shown(key),
        reason=Text(template, values),
    )


def parse(text: str, file: str, *, own_domain: bool = False) -> Definition:
    """A Definition from TOML (``.toml``) or YAML (``.yaml``, ``.yml``).

    Args:
        text: what stands in the file.
        file: its name, for the message and for its kind.
        own_domain: domains outside the reserved ones are meant.

    Raises:
        BadDefinition: with file, line and key.
    """
    read = _toml if file.endswith(".toml") else _yaml
    data, line_of_path = read(text, file)
    return validate(data, file, line_of_path, own_domain=own_domain)
