"""A report is one file, in the reader's language, and says what it cannot prove."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from labctl.cli.handson_report import as_html, as_markdown
from labctl.cli.report_pictures import boxes, way_picture
from labctl.cli.report_view import ReportView, view
from labctl.exercise.load import load
from labctl.exercise.references import accounts
from labctl.lang import Language, choose
from labctl.model.status import LabStatus
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_names import names_without_a_run


def _entry(file: str, flags: str = "", subject: str = "<b>hello</b>") -> dict[str, Any]:
    return {"file": file, "flags": flags, "size": 5, "subject": subject, "message_id": "<1@a>"}


def _box(**parts: list[dict[str, Any]]) -> dict[str, Any]:
    inbox = {"name": "INBOX", "new": [], "cur": [], "tmp": [], **parts}
    return {"address": "alice@alpha.test", "folders": [inbox]}


BEFORE = _box(new=[_entry("1.a"), _entry("2.b")])
AFTER = _box(new=[_entry("3.c")], cur=[_entry("1.a:2,S", "S")])
_LINE = {"schema": 1, "run": "12345678", "exercise": "pop3-takes", "token": "labctl-1"}
REPORT: dict[str, Any] = {
    "schema": 1,
    "lab": "mail",
    "forgeable": True,
    "at": 1_795_482_661_000_000_000,
    "exercises": [
        {"id": "pop3-takes", "standing": "shown", "at": 1, "steps": {"retrieve": "done"}},
        {"id": "of-somebody-else", "standing": "begun", "at": 1, "steps": {}},
    ],
    "evidence": [
        {
            **_LINE,
            "at": 1_795_482_661_000_000_000,
            "kind": "start",
            "step": "",
            "folder": "",
            "versions": {"labctl": "0.1.0", "postfix": "3.10.5", "dovecot": ""},
            "config": "c0ffee",
        },
        {
            **_LINE,
            "at": 1_795_482_662_000_000_000,
            "kind": "near_miss",
            "step": "retrieve",
            "near_miss": "deleted-at-once",
            "verdict": "fail",
            "recognised": ["RETR"],
            "result": {
                "id": "retrieve",
                "expectations": [
                    {"id": "both-kept", "holds": True, "expected": "2", "observed": "<b>2</b>"},
                    {"id": "of-old", "holds": False, "expected": "1", "observed": "0"},
                ],
                "transcript": [
                    {"from": "C", "line": "RETR 1 <b>", "tls": True},
                    *({"from": "S", "line": f"line {n}", "tls": False} for n in range(99)),
                ],
                "maildir": {"before": [BEFORE], "after": [AFTER]},
            },
            "sessions": [{"name": "p", "protocol": "pop3", "endpoint": "pop3s", "port": 20095}],
            "way": ["dovecot", "maildir", "reading", "reader"],
        },
        {
            **_LINE,
            "at": 1_795_482_663_000_000_000,
            "kind": "end",
            "step": "",
            "predictions": {"after-drop": {"said": "kept", "measured": "kept"}},
        },
        {**_LINE, "run": "2", "exercise": "of-somebody-else", "at": 5, "kind": "skip", "step": "s"},
    ],
}


def shown() -> ReportView:
    exercise = load(built_in_exercises() / "pop3-takes")
    names = names_without_a_run(LabStatus("", "absent"), accounts(exercise.logic))
    return view(REPORT, {exercise.id: (exercise, names)})


class Page(HTMLParser):
    """What a page is made of; a tag that is not closed fails."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    chosen: Language = request.param
    choose(chosen)
    yield chosen
    choose("en")


def test_it_says_that_it_could_be_forged(language: Language) -> None:
    said = {"en": "could forge it", "fr": "pourrait le falsifier"}[language]
    assert said in as_markdown(shown())
    page = as_html(shown())
    assert said in page
    assert f'lang="{language}"' in page


@pytest.mark.usefixtures("language")
def test_the_page_needs_nothing_beside_it() -> None:
    page = as_html(shown())
    tags = Page(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "base"}
    assert not [name for _, names in tags for name in names if name.startswith("on")]
    assert not {"src", "href", "xlink:href"} & {name for _, names in tags for name in names}
    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)
    assert style
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert "@media print" in style[1]
    assert "prefers-color-scheme: dark" in style[1]


@pytest.mark.usefixtures("language")
def test_its_pictures_are_svg_and_say_the_same_to_who_cannot_see_them() -> None:
    pictures = re.findall(r"<svg.*?</svg>", as_html(shown()), re.DOTALL)
    assert len(pictures) == 3  # two ways, one Maildir
    for picture in pictures:
        root = ET.fromstring(picture)  # noqa: S314 - our own
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label")
        height = float(str(root.get("viewBox")).split()[3])
        assert all(float(box.get("y", 0)) < height for box in root.iter() if box.get("y"))


def test_each_line_of_a_dialogue_is_a_line() -> None:
    said = re.search(r"<pre>(.*?)</pre>", as_html(shown()), re.DOTALL)
    assert said
    assert len(said[1].splitlines()) == 61  # sixty, and how many more
    assert "\nS: line 7\n" in said[1]


def test_mail_brings_no_markup_in() -> None:
    page = as_html(shown())
    assert "<b>hello" not in page
    assert "&lt;b&gt;2&lt;/b&gt;" in page
    assert "RETR 1 &lt;b&gt;" in page


@pytest.mark.parametrize("render", [as_html, as_markdown])
def test_all_that_happened_is_told(render: Any) -> None:
    said = render(shown())
    for words in (
        "POP3 takes",
        "a wrong turn",
        "Many programs delete",  # the near miss in its own words
        "of-old",  # an expectation that the exercise has no more
        "of-somebody-else",  # an exercise that is not there any more
        "c0ffee",
        "labctl-1",
        "3.10.5",
        "40 more lines",
        "seen: RETR",
    ):
        assert words in said, words


def test_a_picture_shows_what_became_of_each_file() -> None:
    drawn = boxes(BEFORE, AFTER)
    was = {sheet.name: sheet.state for drawer in drawn.before for sheet in drawer.sheets}
    now = {sheet.name: sheet.state for drawer in drawn.after for sheet in drawer.sheets}
    assert was == {"1.a": "changed", "2.b": "removed"}
    assert now == {"1.a": "changed", "3.c": "added"}
    assert drawn.changed
    assert not boxes(AFTER, AFTER).changed


def test_the_way_names_the_endpoints_that_were_used() -> None:
    session = {"protocol": "smtp", "endpoint": "submission", "port": 20087}
    way = way_picture({"sender", "sending", "postfix"}, [session])
    assert [station.shown for station in way.stations] == [True] * 3 + [False] * 6
    assert (way.stations[1].name, way.stations[1].below) == ("submission", ":20087")
