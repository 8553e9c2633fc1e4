"""What the exercises on IMAP and POP3 need beside the core: ids that stay, APPEND, memories."""

import pytest

from labctl.exercise.judge import judge
from labctl.exercise.load import Exercise, load_all
from labctl.exercise.probes import Expectation
from labctl.model.dialogue import Line
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.observation import Observation, Session
from labctl.shipped import built_in_exercises
from labctl.verbs.exercise_imap import ImapTalk
from labctl.verbs.exercise_pop3 import Box, Pop3Talk
from labctl.verbs.exercise_talk import Voice
from tests.unit.mail_loopback import HEAR, server

OURS = (
    "who-transports",
    "port-587-submission",
    "port-465-implicit-tls",
    "mime-and-charsets",
    "the-letters-way",
    "new-to-cur",
    "reading-marks-read",
    "imap-folders",
    "delete-expunge-trash",
    "sent-folder",
    "pop3-read-keeps",
    "pop3-dele-needs-quit",
    "pop3-leave-on-server",
    "pop3-and-imap-together",
    "uidvalidity",
    "postfix-down",
)
EXERCISES = [each for each in load_all(built_in_exercises()) if each.id in OURS]
by_id = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
UIDL = b"+OK\r\n1 uid-a\r\n2 uid-b\r\n.\r\n"
OK = b"+OK\r\n"


def session(name: str, *lines: tuple[str, str]) -> Session:
    said = tuple(Line("C" if who == "C" else "S", text, tls=True) for who, text in lines)
    return Session(name, "pop3", "pop3s", 995, said)


def holds(seen: Observation, **probe: object) -> bool:
    return judge(Expectation.model_validate({"id": "x", **probe}), seen).holds


# -- on the fixture nothing is proved yet ----------------------------------------------------------


def _fixture(exercise: Exercise) -> Observation:
    """What is seen before anybody did anything; ports not asked."""
    people = {who: f"{who}@alpha.test" for who in ("alice", "bob", "carol")}
    boxes = tuple(
        Maildir(
            people[delivery.to],
            (
                Folder(
                    "INBOX",
                    tuple(MaildirEntry("new", f"{n}.mx", "", 9) for n in range(delivery.count)),
                ),
            ),
        )
        for delivery in exercise.logic.fixture.deliver
    )
    return Observation(people, boxes, looks={"start": boxes})


@by_id
def test_every_expectation_is_false_on_the_fixture(exercise: Exercise) -> None:
    seen = _fixture(exercise)
    expectations = [e for step in exercise.logic.steps for e in step.expect]
    assert [e.id for e in expectations if judge(e, seen).holds] == []


@by_id
def test_it_is_complete_for_a_participant(exercise: Exercise) -> None:
    assert exercise.logic.predict
    for step in exercise.logic.steps:
        assert step.recognise, step.id
        assert step.near_misses, step.id
        assert step.hints, step.id


# -- ids ------------------------------------------------------------------------------------------


def test_unique_ids_are_compared_whether_of_one_message_or_of_all() -> None:
    first = session("first", ("C", "UIDL"), ("S", "+OK"), ("S", "1 a"), ("S", "."))
    second = session("second", ("C", "UIDL 1"), ("S", "+OK 1 a"), ("C", "QUIT"), ("S", "+OK 2 b"))
    third = session("third", ("C", "UIDL 1"), ("S", "+OK 1 c"))
    seen = Observation({}, sessions={s.name: s for s in (first, second, third)})
    same = {"sessions": ["first", "second"], "of": "uidl", "same": True}
    other = {"sessions": ["first", "third"], "of": "uidl", "same": False}
    assert holds(seen, same=same)
    assert holds(seen, same=other)
    assert not holds(seen, same={**same, "same": False})
    assert not holds(seen, same={**other, "same": True})


@pytest.mark.parametrize("same", [True, False])
def test_who_heard_no_id_has_heard_neither_the_same_nor_another(same: bool) -> None:
    seen = Observation({}, sessions={"first": session("first"), "second": session("second")})
    assert not holds(seen, same={"sessions": ["first", "second"], "of": "uidl", "same": same})


def test_the_last_uidvalidity_counts_however_it_was_said() -> None:
    first = session("first", ("S", "* OK [UIDVALIDITY 7] UIDs valid"))
    second = session("second", ("S", "* STATUS INBOX (UIDVALIDITY 7 MESSAGES 2)"))
    third = session("third", ("S", "* OK [UIDVALIDITY 7] x"), ("S", "* OK [UIDVALIDITY 77] x"))
    seen = Observation({}, sessions={s.name: s for s in (first, second, third)})
    same = {"sessions": ["first", "second"], "of": "uidvalidity", "same": True}
    assert holds(seen, same=same)
    assert holds(seen, same={**same, "sessions": ["second", "third"], "same": False})


def test_a_port_that_nobody_tried_is_neither_open_nor_closed() -> None:
    closed = {"endpoint": "smtp", "open": False}
    assert holds(Observation({}, ports={"smtp": False}), port=closed)
    assert not holds(Observation({}, ports={"smtp": True}), port=closed)
    assert not holds(Observation({}), port=closed)
    assert not holds(Observation({}), port={**closed, "open": True})


# -- clients ---------------------------------------------------------------------------------------


def test_a_client_that_leaves_mail_on_the_server_takes_only_what_it_does_not_know() -> None:
    script = (OK, HEAR, b"+OK 2 200\r\n", HEAR, UIDL, HEAR, b"+OK\r\nSubject: b\r\n\r\n.\r\n")
    memory = {"uid-a"}
    taken: list[bytes] = []
    with server("pop3", *script) as (target, heard):
        talk = Pop3Talk(Voice("pop3", target, {}, "t"), Box(2, 2), taken.append, memory)
        with talk.client:
            talk.say(["find", "take"])
    assert heard.lines == [b"STAT", b"UIDL", b"RETR 2"]
    assert memory == {"uid-a", "uid-b"}
    assert taken == [b"Subject: b\r\n\r\n"]
    assert [answer.to for answer in talk.answers][-2:] == ["UIDL", "RETR"]


def test_append_files_the_message_that_was_written() -> None:
    script = (b"* OK ready\r\n", HEAR, b"+ go on\r\n", HEAR, HEAR, HEAR, b"a1 OK done\r\n")
    with server("imap", *script) as (target, heard):
        voice = Voice("imap", target, {}, "t")
        talk = ImapTalk(voice, lambda _: None, lambda: b"Subject: x\n\ny")
        with talk.client:
            talk.say([r"APPEND Sent (\Seen)"])
    assert heard.lines[0] == rb"a1 APPEND Sent (\Seen) {15}"
    assert heard.lines[1:3] == [b"Subject: x", b""]
    assert [answer.code for answer in talk.answers] == ["OK", "OK"]
