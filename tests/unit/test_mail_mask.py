"""No secret reaches a transcript, whatever it is and however it is sent."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.mask import Mask, Protocol

SECRETS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)


def masked(protocol: Protocol, *dialogue: str) -> list[str]:
    """What is recorded of a dialogue whose lines begin with ``C:`` or ``S:``."""
    mask = Mask(protocol)
    sides = {"C": mask.client, "S": mask.server}
    return [sides[line[0]](line[2:]) for line in dialogue]


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@given(SECRETS, SECRETS)
def test_the_transcript_is_the_same_for_any_password(one: str, other: str) -> None:
    def dialogues(secret: str) -> list[list[str]]:
        plain = base64(f"\0alice\0{secret}")
        return [
            masked("smtp", f"C:AUTH PLAIN {plain}", "S:235 ok", "C:NOOP"),
            masked("smtp", "C:AUTH LOGIN", "S:334 VXNlcm5hbWU6", f"C:{base64('alice')}",
                   "S:334 UGFzc3dvcmQ6", f"C:{base64(secret)}", "S:235 ok", "C:NOOP"),
            masked("smtp", "C:auth plain", "S:334 ", f"C:{plain}", "S:535 no", "C:QUIT"),
            masked("pop3", "C:USER alice", "S:+OK", f"C:PASS {secret}", "S:+OK", "C:STAT"),
            masked("pop3", "C:AUTH PLAIN", "S:+ ", f"C:{plain}", "S:+OK", "C:STAT"),
            masked("imap", "C:a1 AUTHENTICATE PLAIN", "S:+ ", f"C:{plain}", "S:a1 OK"),
            masked("imap", f"C:a1 AUTHENTICATE PLAIN {plain}", "S:a1 OK", "C:a2 NOOP"),
            masked("imap", f"C:a1 LOGIN alice {secret}", "S:a1 OK", "C:a2 NOOP"),
            masked("imap", f'C:a1 LOGIN "al ice" "{secret}"', "S:a1 OK", "C:a2 NOOP"),
            masked("imap", f"C:a1 login alice {{{len(secret)}}}", "S:+ OK", f"C:{secret}"),
            masked("imap", "C:a1 LOGIN {5}", "S:+ OK", "C:alice {9}", "S:+ OK", f"C:{secret}"),
        ]  # fmt: skip

    empty = {"", "*"}  # how a client gives up is no secret
    if one not in empty and other not in empty:
        assert dialogues(one.strip() or "x") == dialogues(other.strip() or "x")


def test_what_is_shown_still_teaches() -> None:
    assert masked("smtp", "C:AUTH PLAIN AGEAYg==", "S:235 2.7.0 ok", "C:MAIL FROM:<a@b>") == [
        "AUTH PLAIN ***", "235 2.7.0 ok", "MAIL FROM:<a@b>",
    ]  # fmt: skip
    assert masked("pop3", "C:PASS x", "S:-ERR no", "C:QUIT") == ["PASS ***", "-ERR no", "QUIT"]
    assert masked("imap", "C:a1 LOGIN alice x") == ["a1 LOGIN alice ***"]
    assert masked("imap", "C:a1 LOGIN x") == ["a1 LOGIN ***"]
    assert masked("smtp", "C:AUTH LOGIN", "S:334 VX", "C:*") == ["AUTH LOGIN", "334 VX", "*"]


@given(st.text(alphabet="abcdefghij-", min_size=4, max_size=20))
def test_a_server_that_repeats_a_known_password_does_not_reveal_it(password: str) -> None:
    mask = Mask("imap")
    mask.learn(password)
    for text in (f"* BAD [{password}]", f"* BAD [{base64(password)}]"):
        assert mask.server(text) == "* BAD [***]"


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3"])
@given(lines=st.lists(st.tuples(st.booleans(), st.text(max_size=40)), max_size=6))
def test_any_dialogue_can_be_masked(protocol: Protocol, lines: list[tuple[bool, str]]) -> None:
    mask = Mask(protocol)
    for of_client, text in lines:
        assert isinstance(mask.client(text) if of_client else mask.server(text), str)
