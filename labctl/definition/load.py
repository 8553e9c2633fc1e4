"""Definitions on disk: the built-in ones by name, others by path."""

from pathlib import Path

from labctl.definition.parse import parse
from labctl.definition.schema import Definition
from labctl.errors import BadDefinition
from labctl.lang import Text
from labctl.model.shown import shown_path

BUILT_IN = Path(__file__).parent / "builtin"
_KINDS = (".toml", ".yaml", ".yml")
_LARGEST = 1_000_000  # bytes: a definition is a page or two


def built_in() -> tuple[str, ...]:
    """The names of the definitions that come with labctl."""
    return tuple(sorted(f.stem for f in BUILT_IN.glob("*.toml")))


def _path(name: str) -> Path:
    if name in built_in():
        return BUILT_IN / f"{name}.toml"
    path = Path(name)
    if path.suffix not in _KINDS:
        raise BadDefinition(
            "there is no definition {name}: built in are {built_in};"
            " a file ends in .toml, .yaml or .yml",
            name=ascii(name[:80]),
            built_in=", ".join(built_in()),
        )
    return path


def load(name: str, *, own_domain: bool = False) -> Definition:
    """The definition of that built-in name or path.

    Raises:
        BadDefinition: there is none, or it is wrong.
    """
    path = _path(name)
    file = shown_path(path)
    try:
        raw = path.read_bytes()[: _LARGEST + 1]
        text = raw.decode("utf-8")
    except OSError as problem:
        raise BadDefinition(
            "{file}: cannot be read: {problem}", file=file, problem=problem.strerror or str(problem)
        ) from None
    except UnicodeDecodeError:
        raise BadDefinition("{file}: not UTF-8 text", file=file) from None
    except ValueError:  # a file's name cannot have such characters
        raise BadDefinition(
            "{file}: cannot be read: {problem}", file=file, problem=Text("no file has such a name")
        ) from None
    if len(raw) > _LARGEST:
        raise BadDefinition("{file}: larger than 1 MB", file=file)
    return parse(text, file, own_domain=own_domain)


def json_schema() -> dict[str, object]:
    """The JSON Schema of a definition, for editors."""
    schema = Definition.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "labctl lab definition"
    return schema
