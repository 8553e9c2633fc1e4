"""What a report shows, in the reader's language, whatever kind of file it becomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from labctl.cli.report_pictures import Boxes, Way, boxes, way_picture
from labctl.lang import tr

if TYPE_CHECKING:
    from labctl.exercise.load import Exercise

Known = Mapping[str, "tuple[Exercise, Mapping[str, str]]"]  # by id: exercise, placeholders' values
_LINES = 60  # of one dialogue
KINDS = {  # of evidence: how it is called
    "pass": "passed",
    "fail": "the claim did not hold",
    "near_miss": "a wrong turn",
    "hint": "a hint was given",
    "skip": "the solution was shown, and labctl did the step",
    "demo": "labctl did this step",
}
FORGEABLE = (
    "This report was written on the participant's own computer. It is a record to learn from, "
    "no certificate: whoever owns the computer could forge it."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim: whether it held, in words."""

    holds: bool
    words: str
    expected: str
    observed: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in a step: who, what, under TLS or not."""

    sessions: str  # which endpoints: "pop3s :995"
    lines: tuple[tuple[str, str, bool], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of evidence."""

    kind: str
    title: str
    when: str
    words: str  # of the near miss
    recognised: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    talk: Talk | None
    boxes: tuple[Boxes, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an exercise, and all that happened in it."""

    number: int
    words: str
    events: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A prediction beside what was measured."""

    question: str
    said: str
    measured: str
    right: bool


@dataclass(frozen=True, slots=True)
class RunView:
    """One run of an exercise, from its start on."""

    id: str
    exercise: str
    title: str
    claim: str
    state: str
    begun: str
    token: str
    config: str
    versions: tuple[tuple[str, str], ...]
    way: Way
    steps: tuple[StepView, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise in the summary."""

    id: str
    title: str
    state: str  # done, shown, begun
    steps: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """All of a report."""

    lab: str
    made: str
    rows: tuple[Row, ...]
    runs: tuple[RunView, ...]


def view(report: Mapping[str, Any], known: Known) -> ReportView:
    """A report to be shown; exercises that are not known any more are shown by their ids."""
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for line in report["evidence"]:
        runs.setdefault(line["run"], []).append(line)
    standings = {one["id"]: one["standing"] for one in report["exercises"]}
    return ReportView(
        report["lab"],
        when(report["at"]),
        tuple(_row(one, known) for one in report["exercises"]),
        tuple(
            _run(lines, standings, _Words(known.get(lines[0]["exercise"])))
            for lines in runs.values()
        ),
    )


def when(nanoseconds: int) -> str:
    """A time of the evidence, in UTC."""
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


class _Words:
    """The texts of one exercise, filled in; ids where it is not known."""

    def __init__(self, known: "tuple[Exercise, Mapping[str, str]] | None") -> None:
        self.exercise = known[0] if known else None
        self._names = known[1] if known else {}

    def of(self, *path: str) -> str:
        """The text at a path, such as ("steps", "read"); the path's last word if there is none."""
        found: Any = self.exercise.text if self.exercise else None
        for part in path:
            found = found.get(part) if isinstance(found, Mapping) else getattr(found, part, None)
        return found.strip().format_map(self._names) if isinstance(found, str) else path[-1]

    @property
    def steps(self) -> list[str]:
        return [step.id for step in self.exercise.logic.steps] if self.exercise else []


def _row(one: Mapping[str, Any], known: Known) -> Row:
    words = _Words(known.get(one["id"]))
    of = len(words.steps) or len(one["steps"])
    title = words.of("title") if words.exercise else one["id"]
    return Row(one["id"], title, one["standing"], f"{len(one['steps'])}/{of}")


def _run(
    lines: Sequence[Mapping[str, Any]], standings: Mapping[str, str], words: _Words
) -> RunView:
    first, last = lines[0], lines[-1]
    exercise = first["exercise"]
    over = last["kind"] == "end"
    seen = {stage for line in lines for stage in line.get("way", ())}
    sessions = [session for line in lines for session in line.get("sessions", ())]
    return RunView(
        first["run"],
        exercise,
        words.of("title") if words.exercise else exercise,
        words.of("claim") if words.exercise else "",
        standings.get(exercise, "begun") if over else "begun",
        when(first["at"]),
        first["token"],
        str(first.get("config", "")),
        tuple(first.get("versions", {}).items()),
        way_picture(seen, sessions),
        tuple(_steps(lines, words)),
        tuple(_answers(last.get("predictions", {}), words)) if over else (),
    )


def _steps(lines: Sequence[Mapping[str, Any]], words: _Words) -> Iterator[StepView]:
    told = [line for line in lines if line["step"]]
    for number, (step, those) in enumerate(groupby(told, key=lambda line: str(line["step"])), 1):
        place = words.steps.index(step) + 1 if step in words.steps else number
        yield StepView(place, words.of("steps", step), tuple(_happened(x, words) for x in those))


def _happened(line: Mapping[str, Any], words: _Words) -> Happened:
    result = line.get("result") or {}
    kind = str(line["kind"])
    before = {box["address"]: box for box in result.get("maildir", {}).get("before", ())}
    after = result.get("maildir", {}).get("after", ())
    miss = line.get("near_miss")
    return Happened(
        kind,
        tr(KINDS.get(kind, kind)),
        when(line["at"]),
        words.of("near_misses", miss) if miss else "",
        tuple(line.get("recognised", ())),
        tuple(_verdict(each, words) for each in result.get("expectations", ())),
        _talk(line, result.get("transcript", ())),
        tuple(boxes(before.get(box["address"]), box) for box in after),
    )


def _verdict(found: Mapping[str, Any], words: _Words) -> Verdict:
    outcome = "holds" if found["holds"] else "fails"
    said = words.of("expect", found["id"], outcome)
    return Verdict(
        found["holds"],
        said if said != outcome else found["id"],
        found["expected"],
        found["observed"],
    )


def _talk(line: Mapping[str, Any], transcript: Sequence[Mapping[str, Any]]) -> Talk | None:
    if not transcript:
        return None
    sessions = (f"{s['endpoint']} :{s['port']}" for s in line.get("sessions", ()))
    lines = tuple((each["from"], each["line"], each["tls"]) for each in transcript[:_LINES])
    return Talk(", ".join(dict.fromkeys(sessions)), lines, max(0, len(transcript) - _LINES))


def _answers(told: Mapping[str, Any], words: _Words) -> Iterator[Answer]:
    for question, answer in told.items():
        said, measured = str(answer["said"]), str(answer["measured"])

        def option(name: str, otherwise: str, question: str = question) -> str:
            return words.of("predict", question, "options", name) if name else tr(otherwise)

        yield Answer(
            words.of("predict", question, "question"),
            option(said, "no answer"),
            option(measured, "something else"),
            said != "" and said == measured,
        )
