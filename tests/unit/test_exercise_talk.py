"""How an exercise's clients behave: which messages they take for ours, when they wait."""

from labctl.model.lab import Account
from labctl.verbs.exercise_imap import ImapTalk
from labctl.verbs.exercise_pop3 import Box, Pop3Talk
from labctl.verbs.exercise_talk import Talk, Voice
from tests.unit.mail_loopback import HEAR, server

ALICE = Account("alice@alpha.test", "three-short-words")
OURS = b"+OK\r\nX-Labctl-Token: labctl-1\r\nSubject: ours\r\n\r\n.\r\n"
THEIRS = b"+OK\r\nSubject: theirs\r\n\r\n.\r\n"
OK = b"+OK\r\n"


def nothing(_: object) -> None:
    """Nobody listens."""


def say(talk: Talk, commands: list[str]) -> None:
    with talk.client:
        talk.say(commands)


def test_a_box_that_holds_only_this_runs_messages_needs_no_lookup() -> None:
    script = (OK, HEAR, b"+OK 2 200\r\n", HEAR, OK)
    with server("pop3", *script) as (target, heard):
        talk = Pop3Talk(Voice("pop3", target, {}, "labctl-1"), Box(2, 2), nothing)
        say(talk, ["find", "DELE {m2}"])
    assert heard.lines == [b"STAT", b"DELE 2"]


def test_among_others_this_runs_messages_are_found_from_the_last_one_on() -> None:
    script = (OK, HEAR, b"+OK 4 400\r\n", HEAR, OURS, HEAR, THEIRS, HEAR, OURS, HEAR, OK)
    with server("pop3", *script) as (target, heard):
        talk = Pop3Talk(Voice("pop3", target, {}, "labctl-1"), Box(4, 2), nothing)
        say(talk, ["find", "DELE {m1}"])
    assert heard.lines == [b"STAT", b"TOP 4 0", b"TOP 3 0", b"TOP 2 0", b"DELE 2"]
    assert {line.kind for line in talk.wire.transcript if "TOP" in line.text} == {"lookup"}


def test_a_message_that_came_meanwhile_is_not_taken_for_ours() -> None:
    script = (OK, HEAR, b"+OK 2 200\r\n", HEAR, THEIRS, HEAR, OURS, HEAR, OK)
    with server("pop3", *script) as (target, heard):
        talk = Pop3Talk(Voice("pop3", target, {}, "labctl-1"), Box(1, 1), nothing)
        say(talk, ["find", "DELE {m1}"])
    assert heard.lines[-1] == b"DELE 1"


def test_what_was_not_found_is_not_spoken_of() -> None:
    script = (OK, HEAR, b"+OK 1 100\r\n", HEAR, THEIRS, HEAR, OK)
    with server("pop3", *script) as (target, heard):
        talk = Pop3Talk(Voice("pop3", target, {}, "labctl-1"), Box(1, 0), nothing)
        say(talk, ["find", "DELE {m1}", "NOOP"])
    assert heard.lines[-1] == b"NOOP"
    assert not any(line.startswith(b"DELE") for line in heard.lines)


def test_nobody_waits_for_a_server_that_refused_idle() -> None:
    script = (b"* OK ready\r\n", HEAR, b"a1 BAD no\r\n", HEAR, b"a2 OK\r\n")
    with server("imap", *script) as (target, _):
        talk = ImapTalk(Voice("imap", target, {}, "labctl-1"), nothing)
        say(talk, ["IDLE", "wait EXISTS", "NOOP"])
    assert [answer.code for answer in talk.answers] == ["OK", "BAD", "OK"]


def test_only_a_folder_that_the_server_made_is_ours() -> None:
    made: list[str] = []
    script = (b"* OK ready\r\n", HEAR, b"a1 NO [ALREADYEXISTS] x\r\n", HEAR, b"a2 OK\r\n")
    with server("imap", *script) as (target, _):
        talk = ImapTalk(Voice("imap", target, {}, "labctl-1"), made.append)
        say(talk, ["CREATE Archive", 'CREATE "&AMk-t&AOk- 2"'])
    assert made == ["Été 2"]
