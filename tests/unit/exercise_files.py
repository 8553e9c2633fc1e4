"""A small exercise on disk, for tests that break it in one place."""

from pathlib import Path

LOGIC = """\
schema: 1
id: small
claims: [imap.keeps]
fixture: {deliver: [{to: alice, count: 2}]}
watch: [alice]
steps:
  - id: read
    do:
      - imap: {account: alice, endpoint: imaps, commands: [LOGIN, SELECT INBOX, LOGOUT]}
    expect:
      - {id: kept, maildir: {account: alice, count: 2}, within: 5s}
"""
TEXTS = """\
title: Small
claim: IMAP keeps.
task: "{alice} reads at port {port_imaps}."
steps:
  read: Look.
expect:
  kept:
    holds: Both are there.
    fails: One is gone.
explain: Because.
"""


def write(folder: Path, **changed: str) -> Path:
    """The small exercise below ``folder``; ``logic``, ``en`` and ``fr`` replace its files."""
    home = folder / "small"
    home.mkdir()
    for name, key, text in (
        ("exercise.yaml", "logic", LOGIC),
        ("en.yaml", "en", TEXTS),
        ("fr.yaml", "fr", TEXTS),
    ):
        (home / name).write_text(changed.get(key, text), encoding="utf-8")
    return home
