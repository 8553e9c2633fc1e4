"""While somebody waits at the terminal: after a minute without news it says, once, what helps."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import cast

import pytest

from labctl import lang
from labctl.cli import handson_wait
from labctl.cli.handson_screen import seen_line
from labctl.engine.protocol import Engine
from labctl.lang import Language, Text
from labctl.model.handson import Checked, Wanted
from labctl.verbs import handson, labs, sensing
from labctl.verbs.handson_place import Task

STEP = 25.0  # seconds that a look takes by the clock of this test
WAITS = Checked("1", "e", "s", "waiting", (Wanted(Text("RETR"), seen=False),))
PASSED = Checked("1", "e", "s", "pass", over=True)
SAYS = {"en": "nothing new for a minute", "fr": "rien de nouveau depuis une minute"}


class Quiet:
    """Servers of which nobody asks anything."""

    def __init__(self, *_: object) -> None:
        return

    def __enter__(self) -> "Quiet":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def changed(self, _timeout: float) -> bool:
        return False


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    chosen: Language = request.param
    lang.choose(chosen)
    yield chosen
    lang.choose("en")


@pytest.mark.parametrize(("looks", "times"), [(2, 0), (4, 1), (9, 1)])
def test_after_a_minute_it_says_once_where_help_is(
    looks: int,
    times: int,
    language: Language,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock, answers = count(0.0, STEP), iter([*[WAITS] * looks, PASSED])
    monkeypatch.setattr(handson_wait, "monotonic", lambda: next(clock))
    monkeypatch.setattr(handson, "check", lambda *_: next(answers))
    monkeypatch.setattr(labs, "spec_of", lambda *_: None)
    monkeypatch.setattr(sensing, "Sensing", Quiet)
    monkeypatch.setattr(handson_wait, "show_checked", lambda *_: None)
    step = SimpleNamespace(mended=None)
    logic = SimpleNamespace(steps=[step])
    task = SimpleNamespace(
        over=False, run=SimpleNamespace(step=0), exercise=SimpleNamespace(logic=logic)
    )
    engine = SimpleNamespace(now=lambda: 0)
    handson_wait.wait(cast("Engine", engine), "mail", cast("Task", task))
    assert capsys.readouterr().err.count(SAYS[language]) == times


def test_each_awaited_session_has_a_line() -> None:
    both = (
        Wanted(Text("EHLO"), seen=True, session=1),
        Wanted(Text("QUIT"), seen=False, session=1),
        Wanted(Text("EHLO"), seen=False, session=2),
    )
    shown = seen_line(replace(WAITS, recognised=both))
    assert str(shown) == "EHLO seen, QUIT: waiting\nEHLO: waiting"
