"""The shapes that programs may rely on: Maildirs and verdicts as plain data."""

import json

from labctl.lang import Text
from labctl.model.dialogue import Line
from labctl.model.maildir import Folder, Maildir, MaildirEntry, maildir_json
from labctl.model.observation import Session
from labctl.model.verdict import (
    ExerciseResult,
    ExpectationResult,
    StepResult,
    Table,
    as_json,
    worst,
)

ENTRY = MaildirEntry("cur", "1.M1P1.mx:2,S", "S", 9, "Hé", "<1@a.test>", "a token")
BOX = Maildir("bob@alpha.test", (Folder("INBOX", (ENTRY,)),))
BOX_JSON = {
    "address": "bob@alpha.test",
    "folders": [
        {
            "name": "INBOX",
            "new": [],
            "cur": [
                {
                    "file": "1.M1P1.mx:2,S",
                    "flags": "S",
                    "size": 9,
                    "subject": "Hé",
                    "message_id": "<1@a.test>",
                }
            ],
            "tmp": [],
        }
    ],
}


def test_a_maildir_has_its_folders_and_their_three_parts() -> None:
    assert maildir_json(BOX) == BOX_JSON
    assert maildir_json(Maildir("a@b.test")) == {"address": "a@b.test", "folders": []}


def test_an_exercises_verdict_with_its_evidence() -> None:
    talk = Session(
        "alice",
        "smtp",
        "submission",
        20087,
        (
            Line.note("connected to {host}", tls=False, host="127.0.0.1"),
            Line("S", "220 mx", False),
            Line("C", "QUIT", True),
        ),
    )
    held = ExpectationResult("arrived", True, Text("{n} file", {"n": 1}), Text("one file"))
    step = StepResult("send", (held,), (talk, Text("nothing is said")), (BOX,), (Maildir("x@y"),))
    table = Table(("stores",), (("smtp", (Text("no"),)),))
    result = ExerciseResult("smtp-sends", "pass", 1.23456, 0.5, (step,), table)
    found = as_json((result,))
    assert found == {
        "exercises": [
            {
                "id": "smtp-sends",
                "verdict": "pass",
                "seconds": 1.235,
                "seconds_waiting": 0.5,
                "steps": [
                    {
                        "id": "send",
                        "expectations": [
                            {
                                "id": "arrived",
                                "holds": True,
                                "expected": "1 file",
                                "observed": "one file",
                            }
                        ],
                        "transcript": [
                            {"from": "S", "line": "220 mx", "tls": False},
                            {"from": "C", "line": "QUIT", "tls": True},
                        ],
                        "maildir": {
                            "before": [BOX_JSON],
                            "after": [{"address": "x@y", "folders": []}],
                        },
                    }
                ],
                "table": {"columns": ["stores"], "rows": [{"id": "smtp", "cells": ["no"]}]},
            }
        ]
    }
    assert json.loads(json.dumps(found)) == found


def test_why_there_is_no_verdict() -> None:
    (found,) = json.loads(
        json.dumps(as_json((ExerciseResult("x", "error", 0, 0, problem="no engine"),)))
    )["exercises"]
    assert (found["verdict"], found["problem"]) == ("error", "no engine")


def test_the_worst_verdict_counts() -> None:
    passed, failed, broken = (
        ExerciseResult(verdict, verdict, 0, 0) for verdict in ("pass", "fail", "error")
    )
    assert worst((passed,)) == "pass"
    assert worst((passed, failed)) == "fail"
    assert worst((failed, broken, passed)) == "error"
    assert worst(()) == "pass"
