"""What makes an exercise wrong although it can be read. Pure; a rehearsal in a lab finds the rest.

What a participant's lab decides (ports, accounts) must not stand in texts; a claim must be one;
both languages must say the same things.
"""

import re
from collections.abc import Iterator

from labctl.exercise.load import Exercise
from labctl.exercise.probes import (
    CapabilityProbe,
    CopyProbe,
    FilesProbe,
    LoginsProbe,
    MaildirProbe,
    QueueProbe,
    ReplyProbe,
    leaves,
)
from labctl.exercise.references import accounts
from labctl.exercise.texts import Path, placeholders, prose
from labctl.lang import Text
from labctl.model.lab import DOCUMENTED_PORT

_PORT = re.compile(r"\bports?\s+(\d+)", re.IGNORECASE)
_DOCUMENTED = re.compile(rf"\b({'|'.join(str(port) for port in DOCUMENTED_PORT.values())})\b")
_ADDRESS = re.compile(r"\b[\w.+-]+@(?:[\w-]+\.)?test\b")
_LOOSE = re.compile(r"[\w`»)}] [:;?!»]|« ")  # a French sign that could begin a line
# What only measures unless one of these is said: good for a table, no claim.
_MEASURES = (
    CapabilityProbe,
    CopyProbe,
    FilesProbe,
    LoginsProbe,
    MaildirProbe,
    QueueProbe,
    ReplyProbe,
)
_CLAIMS = ("count", "at_least", "code", "enhanced", "has", "lacks")


def lint(exercise: Exercise) -> Iterator[Text]:
    """Everything that can be said without a lab."""
    for language, texts in exercise.texts.items():
        said = texts.model_dump(exclude={"sources"})
        for path, text in prose(said):
            where = {"file": f"{language}.yaml", "key": ".".join(map(str, path))}
            yield from (Text(t.template, {**where, **t.values}) for t in _literal(exercise, text))
            if language == "fr" and _LOOSE.search(text):
                yield Text("{file}: {key}: before : ; ? ! and » stands a no-break space", where)
        for name, verdicts in texts.expect.items():
            if verdicts.holds.strip() == verdicts.fails.strip():
                yield Text(
                    "{file}: expect.{key}: holds and fails say the same",
                    {"file": f"{language}.yaml", "key": name},
                )
    yield from _other_names(exercise)
    yield from _steps(exercise)


def _literal(exercise: Exercise, text: str) -> Iterator[Text]:
    """Ports and accounts that stand in a text as they are."""
    bare = re.sub(r"\{\w+\}", "", text)
    for port in sorted({*_PORT.findall(bare), *_DOCUMENTED.findall(bare)}):
        known = [name for name, number in DOCUMENTED_PORT.items() if str(number) == port]
        name = f"{{port_{known[0]}}}" if known else "{port_…}"
        yield Text(
            "{file}: {key}: the port {port} is named literally: write {name}",
            {"port": port, "name": name},
        )
    people = accounts(exercise.logic)
    named = (who for who in people if re.search(rf"(?<![\w-]){who}(?![\w-])", bare, re.IGNORECASE))
    for word in (*_ADDRESS.findall(bare), *named):
        yield Text(
            "{file}: {key}: the account {word} is named literally: write it in braces",
            {"word": word},
        )


def _other_names(exercise: Exercise) -> Iterator[Text]:
    """A translation that lost a port or an account, or found one."""
    named: dict[str, dict[Path, set[str]]] = {
        language: {path: placeholders(text) for path, text in prose(texts.model_dump())}
        for language, texts in exercise.texts.items()
    }
    english, french = named["en"], named["fr"]
    for path in english.keys() & french.keys():
        if missing := english[path] ^ french[path]:
            yield Text(
                "{key}: only one language names {names}",
                {"key": ".".join(map(str, path)), "names": ", ".join(sorted(missing))},
            )


def _steps(exercise: Exercise) -> Iterator[Text]:
    steps = exercise.logic.steps
    if not exercise.logic.hands_on:
        yield Text("exercise.yaml: no step has `recognise`: nobody can do it hands-on")
    for step in steps:
        for each in step.expect:
            if not all(map(_claims, leaves(each))):
                yield Text(
                    "exercise.yaml: {step}: {id} only measures: say a count, a code, a capability",
                    {"step": step.id, "id": each.id},
                )
        if not step.is_theirs and all(each.stays for each in step.expect):
            yield Text(
                "exercise.yaml: {step}: all expectations say `stays` and nothing is recognised: "
                "the step passes without being done",
                {"step": step.id},
            )


def _claims(leaf: object) -> bool:
    said = (getattr(leaf, key, None) for key in _CLAIMS)
    return not isinstance(leaf, _MEASURES) or any(value is not None for value in said)
