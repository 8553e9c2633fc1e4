"""A report is one file, in the reader's language, and says what it cannot prove."""

from typing import Any

import pytest

from labctl.cli.handson_report import as_html, as_markdown
from labctl.lang import Language, choose

REPORT: dict[str, Any] = {
    "lab": "mail",
    "exercises": [{"id": "pop3-takes", "standing": "done", "steps": {"drop": "done"}}],
    "evidence": [
        {
            "at": 1_795_482_661_000_000_000,
            "exercise": "pop3-takes",
            "step": "drop",
            "kind": "near_miss",
            "near_miss": "used-quit",
            "result": {
                "expectations": [{"holds": True, "observed": "<b>2</b>"}],
                "transcript": [{"from": "C", "line": "DELE 1", "tls": True}],
                "maildir": {
                    "before": [
                        {
                            "address": "a@b",
                            "folders": [
                                {
                                    "name": "INBOX",
                                    "new": [{"subject": "hello", "flags": ""}],
                                    "cur": [],
                                }
                            ],
                        }
                    ],
                    "after": [],
                },
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("language", "said"), [("en", "could forge it"), ("fr", "pourrait le falsifier")]
)
def test_it_says_that_it_could_be_forged(language: Language, said: str) -> None:
    choose(language)
    try:
        assert said in as_markdown(REPORT)
        page = as_html(REPORT)
    finally:
        choose("en")
    assert said in page
    assert f'lang="{language}"' in page


def test_the_page_needs_nothing_beside_it_and_takes_no_markup_from_mail() -> None:
    page = as_html(REPORT)
    assert "<script" not in page
    assert "src=" not in page
    assert "&lt;b&gt;2&lt;/b&gt;" in page
    assert "<svg" in page
    assert "DELE 1" in page
    assert "used-quit" in page
