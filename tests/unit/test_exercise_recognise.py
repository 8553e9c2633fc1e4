"""From sessions to what was recognised: whatever the client, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.exercise.recognise import Recognised, decide, recognise
from labctl.exercise.schema import SessionSeen, Step
from labctl.model.clientsession import ClientSession, Command, Envelope

PEOPLE = {"alice": "alice@alpha.test", "bob": "bob@alpha.test"}
DROP = {"protocol": "pop3", "account": "alice", "commands": ["RETR", "DELE"], "end": "dropped"}
QUIT = {"protocol": "pop3", "account": "alice", "commands": ["DELE"], "end": "quit"}
STEP = {
    "id": "drop",
    "do": [{"pop3": {"account": "alice", "endpoint": "pop3s", "commands": ["LOGIN", "drop"]}}],
    "expect": [{"id": "kept", "maildir": {"account": "alice", "count": 2}}],
    "recognise": DROP,
    "near_misses": [{"id": "used-quit", "when": QUIT}],
}


def pop3(
    begun: int,
    *commands: str,
    end: str = "dropped",
    **changed: Any,
) -> ClientSession:
    """A session of alice's; a command that begins with - was refused."""
    said = tuple(
        Command(begun + n, c.lstrip("-").split(" ")[0], c.partition(" ")[2], ok=c[0] != "-")
        for n, c in enumerate(commands, start=1)
    )
    ended = 0 if end == "open" else begun + 50
    session = ClientSession(
        "pop3", "pop3s", str(begun), begun, ended, "open", PEOPLE["alice"], commands=said
    )
    return replace(session, **{"end": end, **changed})


def seen(wanted: dict[str, Any], *sessions: ClientSession) -> Recognised:
    return recognise(SessionSeen.model_validate(wanted), sessions, PEOPLE)


def said(found: Recognised) -> list[tuple[str, bool]]:
    return [(str(part.what), part.seen) for part in found.parts]


def test_what_was_seen_and_what_is_missing() -> None:
    found = seen(DROP, pop3(100, "RETR 1", "DELE 1", end="open"))
    assert not found.complete
    assert said(found) == [
        ("POP3 login of alice@alpha.test", True),
        ("RETR", True),
        ("DELE", True),
        ("end of session without QUIT", False),
    ]


def test_nothing_was_seen_yet() -> None:
    assert not any(part.seen for part in seen(DROP).parts)


@pytest.mark.parametrize(
    "other",
    [
        pop3(100, "RETR 1", "DELE 1", account=PEOPLE["bob"]),
        pop3(100, "RETR 1", "DELE 1", protocol="imap"),
        pop3(100, "RETR 1", "DELE 1", account=""),
    ],
)
def test_sessions_that_have_nothing_to_do_with_it_are_ignored(other: ClientSession) -> None:
    assert seen(DROP, other).sessions == ()


def test_a_refused_command_is_no_command() -> None:
    assert not seen(DROP, pop3(100, "RETR 1", "-DELE 1")).complete
    refused = {"protocol": "pop3", "account": "alice", "refused": ["DELE"]}
    assert seen(refused, pop3(100, "-DELE 9")).complete


def test_one_session_does_it_all_unless_several_may() -> None:
    pair = pop3(100, "RETR 1"), pop3(200, "DELE 1")
    assert not seen(DROP, *pair).complete
    assert seen(DROP | {"several": True}, *pair).complete


def test_a_client_that_polls_besides_does_no_harm() -> None:
    right = pop3(100, "RETR 1", "DELE 1")
    assert seen(DROP, right, pop3(200, "STAT", end="quit")).sessions == (right,)


def test_a_session_without_something() -> None:
    wanted = {"protocol": "pop3", "account": "alice", "without": ["DELE"], "end": "quit"}
    assert not seen(wanted, pop3(1, "DELE 1", end="quit")).complete
    assert seen(wanted, pop3(1, "RETR 1", end="quit")).complete


@pytest.mark.parametrize(
    ("words", "name", "arguments", "fits"),
    [
        ("FETCH", "UID FETCH", "6 (BODY[])", True),
        ("FETCH BODY[", "FETCH", "1 BODY[]", True),
        ("FETCH BODY[ !PEEK", "FETCH", "1 BODY.PEEK[]", False),
        ("FETCH BODY.PEEK[", "UID FETCH", "1 (body.peek[])", True),
        ("UID FETCH", "UID FETCH", "1 FLAGS", True),
        ("UID FETCH", "FETCH", "1 FLAGS", False),
        ("STORE Flagged | STORE Answered", "STORE", r"1 +FLAGS (\Answered)", True),
        ("FETCH BODY[", "FETCH", "", True),
        ("LIST", "LISTX", "", False),
    ],
)
def test_a_command_by_its_name_and_its_words(
    words: str, name: str, arguments: str, fits: bool
) -> None:
    session = pop3(100, protocol="imap", commands=(Command(1, name, arguments, ok=True),))
    wanted = {"protocol": "imap", "account": "alice", "commands": [words]}
    assert seen(wanted, session).complete is fits


def test_a_message_is_known_by_its_envelope() -> None:
    wanted = {"protocol": "smtp", "from": "alice", "to": "bob"}
    letter = Envelope(5, PEOPLE["alice"], (PEOPLE["bob"],), "4abc")
    session = pop3(1, protocol="smtp", account="", envelopes=(letter,))
    assert seen(wanted, session).complete
    for other in (replace(letter, queue_id=""), replace(letter, sender="x@example.net")):
        assert not seen(wanted, replace(session, envelopes=(other,))).complete


def test_outside_is_whatever_is_not_inside() -> None:
    wanted = {"protocol": "smtp", "to": "outside"}
    for address, outside in (("x@example.com", True), ("nobody@alpha.test", False)):
        letter = Envelope(5, "", (address,), "4abc")
        session = pop3(1, protocol="smtp", envelopes=(letter,))
        assert seen(wanted, session).complete is outside


def test_a_refused_login() -> None:
    wanted = {"protocol": "imap", "account": "alice", "refused": ["LOGIN"]}
    assert seen(wanted, pop3(1, protocol="imap", account="", refused=(PEOPLE["alice"],))).complete


# -- right and wrong turns ---------------------------------------------------------------------


def verdict(*sessions: ClientSession, mark: int = 0) -> str:
    decision = decide(Step.model_validate(STEP), sessions, PEOPLE, mark)
    return decision.near_miss or ("done" if decision.complete else "waiting")


WRONG = "RETR 1", "DELE 1"


def test_a_wrong_turn_is_answered_by_its_near_miss() -> None:
    assert verdict(pop3(100, *WRONG, end="quit")) == "used-quit"


def test_the_right_thing_after_a_wrong_one_counts() -> None:
    assert verdict(pop3(100, *WRONG, end="quit"), pop3(200, *WRONG)) == "done"


def test_a_wrong_thing_after_the_right_one_counts_too() -> None:
    assert verdict(pop3(100, *WRONG), pop3(200, *WRONG, end="quit")) == "used-quit"


def test_some_wrong_turns_count_only_without_the_right_one() -> None:
    alone = {**STEP, "near_misses": [{"id": "used-quit", "alone": True, "when": QUIT}]}
    step = Step.model_validate(alone)
    wrong, right = pop3(200, *WRONG, end="quit"), pop3(100, *WRONG)
    assert decide(step, [wrong], PEOPLE, 0).near_miss == "used-quit"
    assert decide(step, [right, wrong], PEOPLE, 0).near_miss == ""


def test_what_was_before_the_mark_is_forgotten() -> None:
    assert verdict(pop3(100, *WRONG, end="quit"), mark=200) == "waiting"


def test_of_a_session_that_goes_on_only_what_came_after_the_mark_counts() -> None:
    going_on = pop3(100, "RETR 1", "DELE 1")
    assert verdict(going_on, mark=102) == "waiting"


SESSIONS = st.lists(
    st.builds(
        pop3,
        st.integers(1, 500),
        st.sampled_from(["RETR 1", "DELE 1", "-DELE 1", "STAT"]),
        st.sampled_from(["RETR 1", "DELE 1", "STAT"]),
        end=st.sampled_from(["open", "quit", "dropped"]),
        account=st.sampled_from([*PEOPLE.values(), ""]),
    ),
    max_size=6,
)


@given(before=SESSIONS)
def test_no_earlier_state_makes_the_right_answer_fail(before: list[ClientSession]) -> None:
    assert verdict(*before, pop3(1000, *WRONG)) == "done"


@given(sessions=SESSIONS, mark=st.integers(0, 600))
def test_any_sessions_have_an_answer(sessions: list[ClientSession], mark: int) -> None:
    assert verdict(*sessions, mark=mark) in ("done", "waiting", "used-quit")
