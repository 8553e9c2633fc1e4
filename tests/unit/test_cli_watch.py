"""The microscope on a terminal of several sizes, with Textual's own pilot."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from time import monotonic

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static

from labctl import lang
from labctl.cli.watch_app import WatchApp
from labctl.cli.watch_grid import PANES
from labctl.cli.watch_lines import Part, Row, clean, drawn
from labctl.cli.watch_pane import Pane
from labctl.mail.queue import QueueEntry
from labctl.model.event import Happening
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from tests.unit.test_mail_microscope import ALICE, BOB, BOX, LETTER, QUEUED, SAID, SENT

HOSTILE = "[bold]not bold[/] \x1b[31m red \u202e 日本語 " + "x" * 500


@dataclass
class Told:
    """A lab that tells what the test wants."""

    events: list[Happening] = field(default_factory=list)
    files: dict[str, Maildir] = field(default_factory=dict)
    lab: str = "mail"
    address: str = ""
    accounts: tuple[str, ...] = (ALICE, BOB)
    sites: dict[str, str] = field(default_factory=dict)
    quiet: Event = field(default_factory=Event)

    def news(self, timeout: float) -> tuple[Happening, ...]:
        if not self.events:
            self.quiet.wait(min(timeout, 0.05))
        found, self.events = tuple(self.events), []
        return found

    def maildir(self, address: str) -> Maildir:
        return self.files.get(address, Maildir(address))

    def queue(self) -> tuple[QueueEntry, ...]:
        return ()


def shown(app: WatchApp, name: str) -> str:
    return str(app.screen_stack[0].query_one(f"#{name} Static", Static).visual)


async def until(pilot: Pilot[None], what: str, holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not holds():
        assert monotonic() < deadline, what
        await pilot.pause(0.02)


def run(
    source: Told,
    acts: Callable[[WatchApp, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = (140, 40),
) -> None:
    async def main() -> None:
        app = WatchApp(source)
        async with app.run_test(size=size) as pilot:
            await acts(app, pilot)
            app.exit()

    asyncio.run(main())


@contextmanager
def in_french() -> Iterator[None]:
    lang.choose("fr")
    try:
        yield
    finally:
        lang.choose("en")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 40), (40, 12)])
def test_all_panes_fit_whatever_mail_holds(size: tuple[int, int]) -> None:
    letter = MaildirEntry("cur", "1700.M1.mx:2,FRSab", "FRSab", 9, subject=HOSTILE)
    source = Told(
        [SAID, replace(SAID, text=HOSTILE, sender="S"), replace(BOX, text=HOSTILE), QUEUED, SENT],
        {BOB: Maildir(BOB, (Folder("INBOX", (letter,)), Folder("[red]日本"),))},
        sites={"postfix": "alpha.test", "dovecot": "alpha.test"},
    )  # fmt: skip

    async def look(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "the words are there", lambda: "bold[/]" in shown(app, "access"))
        await until(pilot, "the letter is there", lambda: "FRSab" in shown(app, "maildir"))
        await pilot.pause(0.5)
        regions = [app.query_one(f"#{name}", Pane).region for name in PANES]
        for number, region in enumerate(regions):
            assert region.width > 10
            assert region.height >= 3
            assert app.screen.region.contains_region(region)
            assert not any(region.overlaps(other) for other in regions[number + 1 :])
        for name in PANES:
            pane = app.query_one(f"#{name}", Pane)
            width = pane.scrollable_content_region.width
            text = shown(app, name)
            assert pane.query_one(Static).region.height == text.count("\n") + 1  # none wrapped
            assert all(cell_len(line) <= width for line in text.split("\n"))
            assert "\x1b" not in text
            assert "\u202e" not in text
        assert "#1 submission" in shown(app, "transport")

    run(source, look, size)


def test_a_fetched_message_is_folded_to_what_says_what_it_is() -> None:
    words = ["* 1 FETCH (BODY[] {99}", "Received: by mx", "From: a@b", "Subject: x", "text", ")"]
    source = Told([replace(BOX, text=text, sender="S") for text in words])

    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "it speaks", lambda: "S: )" in shown(app, "access"))
        assert "From: a@b" in shown(app, "access")
        assert "by mx" not in shown(app, "access")
        await pilot.press("l")
        assert "by mx" in shown(app, "access")

    run(source, act)


def test_pausing_holds_the_picture_and_counts_what_waits() -> None:
    source = Told([SAID])

    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "it speaks", lambda: "EHLO laptop" in shown(app, "transport"))
        await pilot.press("space")
        source.events = [replace(SAID, text="MAIL FROM:<a@b>"), replace(SAID, text="DATA")]
        top = app.query_one("#top", Static)
        await until(pilot, "two wait", lambda: "paused, 2 wait" in str(top.visual))
        assert "DATA" not in shown(app, "transport")
        await pilot.press("space")
        await until(pilot, "all is there", lambda: "DATA" in shown(app, "transport"))
        assert "live" in str(top.visual)

    run(source, act)


def test_a_file_moves_from_new_to_cur_before_the_eyes_of_the_room() -> None:
    read = replace(LETTER, part="cur", file=LETTER.file + ":2,S", flags="S")
    source = Told(files={BOB: Maildir(BOB, (Folder("INBOX", (LETTER,)),))})

    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "the letter is new", lambda: "new/ 1" in shown(app, "maildir"))
        assert "▌" not in shown(app, "maildir")
        source.files[BOB] = Maildir(BOB, (Folder("INBOX", (read,)),))
        source.events = [replace(BOX, kind="login", text="PLAIN")]
        await until(pilot, "it moved", lambda: "→ cur/" in shown(app, "maildir"))
        words = shown(app, "maildir").replace("\u00a0", " ")
        assert "← new/" in words
        assert "S = seen" in words
        assert "▌" in words

    run(source, act)


def test_one_account_in_focus_hides_what_concerns_others() -> None:
    source = Told([SAID, replace(SAID, text=f"RCPT TO:<{BOB}>"), BOX])

    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "all speak", lambda: "SELECT" in shown(app, "access"))
        await pilot.press("a", "down", "enter")  # alice
        await until(pilot, "nobody speaks", lambda: "SELECT" not in shown(app, "access"))
        assert "EHLO" not in shown(app, "transport")
        assert ALICE in shown(app, "maildir")
        assert BOB not in shown(app, "maildir")
        await pilot.press("a", "down", "enter")  # bob
        await until(pilot, "they speak", lambda: "SELECT" in shown(app, "access"))
        assert "EHLO" in shown(app, "transport")

    run(source, act)


def test_panes_are_zoomed_hidden_and_walked_through() -> None:
    source = Told()

    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        def seen() -> set[str]:
            return {name for name in PANES if app.query_one(f"#{name}", Pane).display}

        await pilot.press("tab", "z")
        assert seen() == {"queue"}
        await pilot.press("tab")
        assert seen() == {"access"}
        await pilot.press("z", "1", "2")
        assert seen() == {"access", "maildir"}
        await pilot.press("3", "4")
        assert seen() == {"maildir"}  # the last one stays
        await pilot.press("1", "2", "3", "l", "t", "t", "t", "question_mark")
        assert seen() == set(PANES)
        assert len(app.screen_stack) == 2
        source.events = [SAID]
        await until(pilot, "it goes on below", lambda: "EHLO" in shown(app, "transport"))
        await pilot.press("escape")
        assert len(app.screen_stack) == 1

    run(source, act, (80, 24))


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_it_ends_when_asked(key: str) -> None:
    async def main() -> None:
        app = WatchApp(Told())
        async with app.run_test() as pilot:
            await pilot.press(key)
        assert app.return_code == 0

    asyncio.run(main())


def test_it_speaks_french() -> None:
    async def act(app: WatchApp, pilot: Pilot[None]) -> None:
        await until(pilot, "empty panes", lambda: "rien n'attend" in shown(app, "queue"))
        assert "tous les comptes" in str(app.query_one("#top", Static).visual)

        def keys() -> str:
            return " ".join(str(key.render()) for key in app.query("FooterKey"))

        await until(pilot, "the keys are offered", lambda: "quitter" in keys())
        assert len(keys()) <= 80

    with in_french():
        run(Told(), act, (80, 24))


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=6),
    st.integers(9, 40), st.integers(0, 9), st.integers(0, 3),
)  # fmt: skip
@example(["\u0ace", "\U00018d09 0\U00018cd6"], 9, 0, 2)  # a blank alone gives way to the ellipsis
def test_no_line_is_wider_than_its_pane(words: list[str], width: int, hang: int, most: int) -> None:
    row = Row(tuple(Part(clean(text)) for text in words), hang=hang, most=most)
    lines = drawn([row], width).plain.split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert not most or len(lines) <= most


def test_long_lines_go_on_below_and_lose_nothing() -> None:
    row = Row((Part("C: "), Part("one two  three " + "y" * 30)), fresh=True, hang=3)
    lines = drawn([row], 20).plain.split("\n")
    assert all(line.startswith("▌") and cell_len(line) <= 20 for line in lines)
    assert "".join(lines).count("y") == 30
    assert drawn([replace(row, most=1)], 20).plain.count("\n") == 0
