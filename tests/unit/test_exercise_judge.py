"""Verdicts: each probe's truth table, and how probes are combined. Pure."""

from dataclasses import replace
from typing import Any

import pytest

from labctl.exercise.judge import find, judge, measure
from labctl.exercise.probes import Expectation, Probe, leaves
from labctl.model.dialogue import Line
from labctl.model.maildir import Folder, Maildir, MaildirEntry, Part
from labctl.model.observation import Answer, Capabilities, Observation, Session
from labctl.model.stored import Stored

ALICE = "alice@alpha.test"


def entry(part: Part, flags: str = "", name: str = "1") -> MaildirEntry:
    return MaildirEntry(
        part, f"{name}.M1P1.mx" + (f":2,{flags}" if part == "cur" else ""), flags, 9
    )


SEEN = Observation(
    accounts={"alice": ALICE},
    maildirs=(Maildir(ALICE, (Folder("INBOX", (entry("new"), entry("cur", "S"), entry("cur"))),)),),
    looks={"start": (Maildir(ALICE, (Folder("INBOX", (entry("new"),)),)),)},
    sessions={
        "s": Session(
            "s",
            "smtp",
            "submission",
            587,
            lines=(
                Line("S", "220 mx ESMTP", tls=False),
                Line("C", "STARTTLS", tls=False),
                Line("S", "250 AUTH PLAIN", tls=True),
            ),
            answers=(
                Answer("greeting", "220", text="mx ESMTP"),
                Answer("RCPT", "250", "2.1.5", "2.1.5 Ok"),
                Answer("RCPT", "554", "5.7.1", "5.7.1 no relay", tls=True),
                Answer("UID FETCH 1 (BODY[])", "OK"),
                Answer("QUIT", ""),
            ),
            capabilities=(
                Capabilities(("STARTTLS", "SIZE"), tls=False),
                Capabilities(("AUTH", "SIZE"), tls=True),
            ),
            queue_ids=("4A1",),
        )
    },
    logs={
        "postfix": (
            "postfix/lmtp[9]: 4A1: to=<a>, status=sent (250 ok)",
            "postfix/lmtp[9]: 4B2: to=<b>, status=sent (250 ok)",
        )
    },
    logins=("imap-login: Login: user=<alice@alpha.test>",),
    queue=("4A1",),
    files={"postfix": ("/var/spool/postfix/active/4A1",)},
    copies={"laptop": 2},
)


def holds(**probe: object) -> bool:
    return find(Probe.model_validate(probe), SEEN).holds


@pytest.mark.parametrize(
    ("maildir", "true"),
    [
        ({"count": 3}, True),
        ({"count": 2}, False),
        ({"at_least": 2}, True),
        ({"at_least": 4}, False),
        ({"part": "new", "count": 1}, True),
        ({"part": "cur", "count": 2}, True),
        ({"flags": "S", "count": 1}, True),
        ({"part": "cur", "flags": "", "count": 1}, True),
        ({"flags": "FS", "count": 1}, False),
        ({"folder": "Archive", "count": 0}, True),
        ({"at": "start", "count": 1}, True),
    ],
)
def test_maildir(maildir: dict[str, Any], true: bool) -> None:
    assert holds(maildir={"account": "alice", **maildir}) is true


@pytest.mark.parametrize(
    ("reply", "true"),
    [
        ({"to": "greeting", "code": ["220"]}, True),
        ({"to": "RCPT", "code": ["250"]}, False),  # the last answer counts
        ({"to": "RCPT", "code": ["550", "554"]}, True),
        ({"to": "RCPT", "code": ["554"], "enhanced": "5.7.1"}, True),
        ({"to": "RCPT", "code": ["554"], "enhanced": "5.1.1"}, False),
        ({"to": "RCPT", "code": ["250"], "tls": False}, True),
        ({"to": "UID FETCH", "code": ["OK"]}, True),
        ({"to": "FETCH", "code": ["OK"]}, True),
        ({"to": "UI", "code": ["OK"]}, False),
        ({"to": "QUIT", "code": ["closed"]}, True),
        ({"to": "DATA", "code": ["354"]}, False),
        ({"to": "DATA", "code": ["closed"]}, False),  # never said is not closed
    ],
)
def test_reply(reply: dict[str, Any], true: bool) -> None:
    assert holds(reply={"session": "s", **reply}) is true


@pytest.mark.parametrize(
    ("capability", "true"),
    [
        ({"tls": False, "has": ["STARTTLS"], "lacks": ["AUTH"]}, True),
        ({"tls": False, "has": ["starttls"]}, True),
        ({"tls": True, "has": ["AUTH"]}, True),
        ({"tls": True, "has": ["STARTTLS"]}, False),
        ({"tls": True, "lacks": ["AUTH"]}, False),
    ],
)
def test_capability(capability: dict[str, Any], true: bool) -> None:
    assert holds(capability={"session": "s", **capability}) is true


def test_what_was_never_offered_proves_nothing() -> None:
    silent = replace(SEEN, sessions={"s": replace(SEEN.sessions["s"], capabilities=())})
    probe = Probe.model_validate({"capability": {"session": "s", "tls": False, "lacks": ["AUTH"]}})
    assert not find(probe, silent).holds


@pytest.mark.parametrize(
    ("probe", "true"),
    [
        ({"line": {"session": "s", "says": ["220", "ESMTP"]}}, True),
        ({"line": {"session": "s", "says": ["220"], "tls": True}}, False),
        ({"line": {"session": "s", "says": ["STARTTLS"]}}, False),
        ({"line": {"session": "s", "says": ["STARTTLS"], "by": "client"}}, True),
        ({"line": {"session": "s", "says": ["AUTH"], "count": 0}}, False),
        ({"order": {"session": "s", "lines": ["STARTTLS", "AUTH"]}}, True),
        ({"order": {"session": "s", "lines": ["AUTH", "STARTTLS"]}}, False),
        ({"log": {"service": "postfix", "says": ["status=sent"]}}, True),
        ({"log": {"service": "postfix", "says": ["status=sent"], "count": 2}}, True),
        ({"log": {"service": "postfix", "says": ["sent"], "queued_by": "s", "count": 1}}, True),
        ({"log": {"service": "postfix", "says": ["bounced"]}}, False),
        ({"log": {"service": "dovecot", "says": ["x"], "count": 0}}, True),
        ({"logins": {"count": 0}}, False),
        ({"logins": {"count": 1}}, True),
        ({"queue": {"count": 1}}, True),
        ({"files": {"service": "postfix", "count": 0}}, False),
        ({"files": {"service": "postfix", "at_least": 1}}, True),
        ({"copy": {"name": "laptop", "count": 2}}, True),
        ({"copy": {"name": "other", "count": 0}}, True),
    ],
)
def test_the_other_probes(probe: dict[str, Any], true: bool) -> None:
    assert holds(**probe) is true


TRUE, FALSE = {"queue": {"count": 1}}, {"queue": {"count": 0}}


@pytest.mark.parametrize(
    ("probe", "true"),
    [
        ({"not": FALSE}, True),
        ({"not": TRUE}, False),
        ({"not": {"not": TRUE}}, True),
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, FALSE]}, False),
        ({"any": [FALSE, TRUE]}, True),
        ({"any": [FALSE, FALSE]}, False),
        ({"all": [TRUE, {"any": [FALSE, {"not": FALSE}]}]}, True),
    ],
)
def test_combinations(probe: dict[str, Any], true: bool) -> None:
    assert holds(**probe) is true


def test_a_verdict_says_what_was_expected_and_what_was_observed() -> None:
    found = judge(Expectation.model_validate({"id": "gone", **FALSE}), SEEN)
    assert (found.id, found.holds) == ("gone", False)
    assert str(found.expected) == "this run's messages in the queue: 0"
    assert str(found.observed) == "this run's messages in the queue: 1 (4A1)"


@pytest.mark.parametrize(
    ("probe", "cell"),
    [
        ({"reply": {"session": "s", "to": "RCPT"}}, "554 5.7.1"),
        ({"reply": {"session": "s", "to": "QUIT"}}, "closed"),
        ({"reply": {"session": "s", "to": "AUTH"}}, "–"),
        ({"maildir": {"account": "alice"}}, "3"),
    ],
)
def test_a_cell_of_a_table_is_a_bare_measure(probe: dict[str, Any], cell: str) -> None:
    assert str(measure(Probe.model_validate(probe), SEEN)) == cell


def test_leaves_are_all_simple_probes() -> None:
    probe = Probe.model_validate({"all": [TRUE, {"not": {"any": [FALSE, TRUE]}}]})
    assert len(leaves(probe)) == 3


def test_a_messages_fields_and_body_are_asked_as_stored_or_as_shown() -> None:
    stored = Stored(
        "INBOX",
        (("To", "carol@alpha.test"), ("Subject", "=?utf-8?q?=C3=A9?=")),
        "=C3=A9",
        (("To", "carol@alpha.test"), ("Subject", "é")),
        "é",
    )
    seen = Observation(
        {"alice": ALICE, "carol": "carol@alpha.test"}, stored={ALICE: (stored,)}
    )  # fmt: skip
    asked: list[tuple[bool, dict[str, Any]]] = [
        (True, {"header": "to", "says": ["{carol}"]}),
        (False, {"header": "To", "says": ["{alice}"]}),
        (True, {"header": "Bcc", "times": 0, "count": 1}),
        (False, {"header": "To", "times": 2}),
        (False, {"header": "Subject", "says": ["é"]}),
        (True, {"header": "Subject", "says": ["é"], "shown": True}),
        (True, {"says": ["=C3=A9"]}),
        (True, {"says": ["é"], "shown": True}),
        (False, {"says": ["é"], "folder": "Sent"}),
    ]
    for holds, words in asked:
        probe = Probe.model_validate({"message": {"account": "alice", **words}})
        assert find(probe, seen).holds is holds, words
