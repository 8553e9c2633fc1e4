"""What a participant's lab decides must not stand in an exercise's texts. Pure."""

import re
from collections.abc import Iterator

from labctl.exercise.load import Exercise
from labctl.exercise.references import accounts
from labctl.exercise.texts import prose
from labctl.lang import Text
from labctl.model.lab import DOCUMENTED_PORT

_PORT = re.compile(r"\b(?:port|ports)\s+(\d+)", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[\w.+-]+@(?:[\w-]+\.)?test\b")


def lint(exercise: Exercise) -> Iterator[Text]:
    """Ports and accounts that are named literally, and steps that nobody can do."""
    people = set(accounts(exercise.logic))
    for language, texts in exercise.texts.items():
        for path, text in prose(texts.model_dump()):
            where = {"file": f"{language}.yaml", "key": ".".join(map(str, path))}
            for port in _PORT.findall(text):
                known = [n for n, p in DOCUMENTED_PORT.items() if str(p) == port]
                name = f"{{port_{known[0]}}}" if known else "{port_…}"
                yield Text(
                    "{file}: {key}: the port {port} is named literally: write {name}",
                    {**where, "port": port, "name": name},
                )
            words = [
                *_ADDRESS.findall(text),
                *(p for p in people if re.search(rf"(?<![\w{{]){p}(?![\w}}])", text)),
            ]
            for word in words:
                yield Text(
                    "{file}: {key}: the account {word} is named literally: write it in braces",
                    {**where, "word": word},
                )
    if not any(step.recognise for step in exercise.logic.steps):
        yield Text("exercise.yaml: no step has `recognise`: nobody can do it hands-on")
