"""The microscope's state: what the servers tell becomes dialogues, a queue and Maildirs."""

from dataclasses import replace
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.microscope import (
    FRESH,
    LINGERS,
    MOST_LINES,
    concerns,
    heard,
    looked,
    queued_before,
    row_concerns,
    touches,
)
from labctl.mail.queue import parse_entry
from labctl.model.event import EVENT_KINDS, Happening
from labctl.model.maildir import Folder, Maildir, MaildirEntry
from labctl.model.microscope import Scope

ALICE, BOB = "alice@alpha.test", "bob@alpha.test"
SAID = Happening(
    1, 0, "said", "postfix", "EHLO laptop", endpoint="submission", session="s1", sender="C"
)
BOX = Happening(1, 0, "said", "dovecot", "a SELECT INBOX", account=BOB, session="i1", sender="C")
QUEUED = Happening(
    1, 0, "queued", "postfix", f"from=<{ALICE}>, size=659", queue_id="4XYZ", session="s1"
)
SENT = Happening(
    1, 0, "delivery", "postfix", f"to=<{BOB}>, status=sent (250 2.0.0 Saved)",
    account=BOB, queue_id="4XYZ", session="s1",
)  # fmt: skip
REMOVED = Happening(1, 0, "removed", "postfix", "", queue_id="4XYZ")
LETTER = MaildirEntry("new", "1700.M1P7.mx,S=9", "", 9, subject="hello", message_id="<1@x>")


def folded(*events: Happening, scope: Scope | None = None, now: float = 100.0) -> Scope:
    return reduce(lambda state, event: heard(state, event, now), events, scope or Scope())


def said(scope: Scope) -> list[str]:
    return [f"{line.sender or '-'} {line.text}" for line in scope.transport]


def box(*entries: MaildirEntry) -> Maildir:
    return Maildir(BOB, (Folder("INBOX", entries),))


def test_postfix_and_dovecot_speak_in_panes_of_their_own() -> None:
    scope = folded(SAID, BOX)
    assert [line.text for line in scope.transport] == ["EHLO laptop"]
    assert [line.text for line in scope.access] == ["a SELECT INBOX"]
    assert [talk.number for talk in scope.talks.values()] == [1, 2]


def test_the_words_of_a_session_stand_in_place_of_what_the_log_told() -> None:
    refused = replace(SAID, kind="refused", text="RCPT: 550 no such user", sender="", ok=False)
    login = replace(SAID, kind="login", text="AUTH", account=ALICE, sender="")
    scope = folded(login, refused)
    assert said(scope) == [f"- {ALICE}", "S RCPT: 550 no such user"]
    scope = folded(SAID, refused, scope=scope)
    assert said(scope) == [f"- {ALICE}", "C EHLO laptop"]
    assert folded(login, QUEUED, scope=folded(SAID)).transport == folded(SAID).transport
    assert scope.talks["s1"].account == ALICE


def test_the_end_stays_last_though_the_log_is_quicker_than_the_words() -> None:
    ended = replace(BOX, kind="ended", text="", sender="")
    scope = folded(BOX, ended, replace(BOX, text="b LOGOUT"))
    assert [line.kind for line in scope.access] == ["said", "said", "ended"]


def test_what_two_servers_of_the_lab_say_is_shown_once() -> None:
    assert folded(replace(SAID, session="smtpd-56", endpoint="")).transport == ()
    assert folded(replace(SAID, session="smtp-60", endpoint="")).transport != ()


def test_the_moment_when_tls_begins_is_a_line_of_its_own() -> None:
    scope = folded(SAID, replace(SAID, text="EHLO again", tls=True))
    assert [line.kind for line in scope.transport] == ["said", "tls", "said"]
    at_once = folded(replace(SAID, tls=True))
    assert [line.kind for line in at_once.transport] == ["said"]


def test_a_session_concerns_those_who_log_in_and_those_who_get_the_mail() -> None:
    unknown = folded(SAID).talks["s1"]
    assert concerns(unknown, ALICE)
    known = folded(SAID, replace(SAID, text=f"RCPT TO:<{BOB}>")).talks["s1"]
    assert concerns(known, BOB)
    assert not concerns(known, ALICE)
    assert concerns(known, "")
    by_log = folded(QUEUED, SENT)
    assert concerns(by_log.talks["s1"], BOB)
    assert not row_concerns(by_log.queue[0], "carol@alpha.test")
    assert row_concerns(by_log.queue[0], ALICE)


def test_a_message_waits_in_the_queue_and_leaves_it() -> None:
    deferred = replace(SENT, text=f"to=<{BOB}>, status=deferred (connect to [x]: No route)")
    scope = folded(QUEUED, deferred, QUEUED)
    (row,) = scope.queue
    assert (row.sender, row.size, row.gone) == (ALICE, 659, False)
    assert [(t.address, t.status) for t in row.towards] == [(BOB, "deferred")]
    assert [line.kind for line in scope.transport] == ["queued"]  # once, not at each attempt
    scope = folded(SENT, REMOVED, scope=scope)
    assert [(t.status, row.gone) for row in scope.queue for t in row.towards] == [("sent", True)]
    later = folded(replace(QUEUED, queue_id="5ABC"), scope=scope, now=100 + LINGERS + 1)
    assert [row.queue_id for row in later.queue] == ["5ABC"]


def test_what_waited_before_the_watching_began_is_there_once() -> None:
    entry = parse_entry(
        '{"queue_id": "4XYZ", "sender": "a@b", "recipients": '
        '[{"address": "bob@alpha.test", "delay_reason": "no route"}]}'
    )
    assert entry is not None
    scope = queued_before(Scope(), (entry,), 1.0)
    assert [(t.status, t.detail) for t in scope.queue[0].towards] == [("deferred", "no route")]
    assert len(queued_before(folded(QUEUED), (entry,), 1.0).queue) == 1


def test_a_file_that_moves_is_marked_for_a_moment_and_the_first_look_marks_nothing() -> None:
    read = replace(LETTER, part="cur", file=LETTER.file + ":2,S", flags="S")
    scope = looked(Scope(), box(LETTER), 100.0)
    assert scope.boxes[BOB].marks == ()
    scope = looked(scope, box(read), 101.0)
    (mark,) = scope.boxes[BOB].marks
    assert (mark.change.kind, mark.seen) == ("moved", 101.0)
    assert looked(scope, box(read), 101.0 + FRESH).boxes[BOB].marks == ()


def test_a_file_event_moves_the_file_at_once_and_keeps_what_is_known_of_it() -> None:
    event = Happening(
        1, 0, "file", "dovecot", "", account=BOB,
        path=f"cur/{LETTER.file}:2,S", was=f"new/{LETTER.file}",
    )  # fmt: skip
    scope = folded(event, scope=looked(Scope(), box(LETTER), 90.0))
    (entry,) = scope.boxes[BOB].maildir.inbox.entries
    assert (entry.part, entry.flags, entry.subject) == ("cur", "S", "hello")
    assert [mark.change.kind for mark in scope.boxes[BOB].marks] == ["moved"]
    gone = replace(event, was=event.path, path="")
    assert folded(gone, scope=scope).boxes[BOB].maildir.inbox.entries == ()
    created = replace(event, was="", path=".Archive/new/1.x")
    assert folded(created, scope=scope).boxes[BOB].maildir.folder("Archive").entries
    assert folded(event).boxes == {}  # it was not looked at yet


def test_dovecots_events_tell_whose_maildir_to_look_at() -> None:
    assert touches(BOX) == ""
    assert touches(replace(BOX, kind="stored")) == BOB
    assert touches(replace(SENT, kind="login")) == ""


texts = st.text(max_size=60)
happenings = st.builds(
    Happening,
    order=st.integers(1, 10**6),
    at=st.integers(0, 2**62),
    kind=st.sampled_from(EVENT_KINDS),
    service=st.sampled_from(["postfix", "dovecot", "postfix-beta", "dovecot-beta"]),
    text=st.one_of(texts, st.just(QUEUED.text), st.just(SENT.text), st.just(f"RCPT TO:<{BOB}>")),
    ok=st.booleans(),
    account=st.sampled_from(["", ALICE, BOB]),
    session=st.sampled_from(["", "s1", "s2"]),
    queue_id=st.sampled_from(["", "4XYZ", "5ABC"]),
    sender=st.sampled_from(["", "C", "S"]),
    tls=st.booleans(),
    path=st.one_of(texts, st.sampled_from(["", "new/1.a", "cur/1.a:2,S", ".Été/cur/1.a:2,"])),
    was=st.one_of(texts, st.sampled_from(["", "new/1.a", "cur/1.a:2,S"])),
)


@given(st.lists(happenings, max_size=40))
def test_no_order_of_events_breaks_it(events: list[Happening]) -> None:
    scope = folded(*events, scope=looked(Scope(), box(LETTER), 1.0))
    assert scope.events == len(events)
    assert {line.session for line in (*scope.transport, *scope.access)} <= set(scope.talks)


def test_it_stays_small_whatever_is_said() -> None:
    many = (replace(SAID, session=f"s{n}", text=str(n)) for n in range(2 * MOST_LINES))
    scope = folded(*many)
    assert len(scope.transport) == MOST_LINES
    assert len(scope.talks) <= MOST_LINES + 2
    assert {line.session for line in scope.transport} <= set(scope.talks)
