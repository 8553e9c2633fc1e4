"""One message's life, out of lines that Postfix and Dovecot wrote."""

from hypothesis import given
from hypothesis import strategies as st

from labctl.mail.life import life, message_ids
from labctl.mail.life_stages import Logged
from labctl.model.clientsession import ClientSession, Command, Envelope
from labctl.model.life import Life

ID = "<17957.22737@alpha.test>"
IN, OUT = "postfix/submission/smtpd[15]: ", "postfix/lmtp[40]: "
TO_BOB = "AAA111: to=<bob@alpha.test>, relay=10.0.0.3[10.0.0.3]:24, delay=0.3, delays=0/0/0/0,"
TAKEN = [
    f"{IN}AAA111: client=unknown[10.0.0.1], sasl_method=PLAIN, sasl_username=alice@alpha.test",
    f"postfix/cleanup[38]: AAA111: message-id={ID}",
    "postfix/qmgr[8]: AAA111: from=<alice@alpha.test>, size=658, nrcpt=1 (queue active)",
]
SENT = f"{OUT}{TO_BOB} dsn=2.0.0, status=sent (250 2.0.0 <bob@alpha.test> R+4 Saved)"
DEFERRED = f"{OUT}{TO_BOB} dsn=4.4.1, status=deferred (connect to 10.0.0.3[10.0.0.3]:24: No route)"
FULL = f"{OUT}{TO_BOB} dsn=5.2.2, status=bounced (host said: 552 5.2.2 Quota exceeded)"
LMTP = "lmtp(bob@alpha.test)<16><x>: Info: "
SAVED = f"{LMTP}msgid={ID}: saved mail to INBOX"
BOX = f"box=INBOX, uid=1, msgid={ID}, size=9, flags=(\\Seen)"


def logged(*lines: str) -> list[Logged]:
    return [
        Logged(n * 10**9, "postfix" if "postfix/" in line else "dovecot", line)
        for n, line in enumerate(lines, start=1)
    ]


def names(told: Life | None) -> list[str]:
    assert told is not None
    return [stage.name for stage in told.stages]


def submission(*envelopes: Envelope) -> ClientSession:
    return ClientSession(
        "smtp", "submission", "s1", 10**8, 0, "open", "alice@alpha.test", tls=True,
        envelopes=envelopes,
    )  # fmt: skip


HANDED = submission(Envelope(10**9, "alice@alpha.test", ("bob@alpha.test",), "AAA111", ID))


def test_a_delivered_message_goes_all_its_way() -> None:
    told = life(logged(*TAKEN, SAVED, SENT), [HANDED], ID)
    assert names(told) == ["submitted", "queued", "new", "delivered"]
    assert told is not None
    assert (told.stopped, told.sender, told.recipients) == (
        (), "alice@alpha.test", ("bob@alpha.test",),
    )  # fmt: skip
    first = told.stages[0]
    assert (first.account, first.endpoint, first.tls) == ("alice@alpha.test", "submission", True)


def test_the_file_comes_before_its_confirmation_whatever_the_logs_clocks_say() -> None:
    assert names(life(logged(*TAKEN, SENT, SAVED), [HANDED], ID))[-2:] == ["new", "delivered"]


def test_brackets_around_a_message_id_do_not_matter_nor_which_name_is_given() -> None:
    lines = logged(*TAKEN, SAVED, SENT)
    assert life(lines, [], ID) == life(lines, [], ID.strip("<>")) == life(lines, [], "AAA111")
    assert life(lines, [], None) == life(lines, [], ID)
    assert life(lines, [], "nothing@here") is None
    assert life([], [], None) is None


def test_without_a_clients_session_another_server_handed_it_over() -> None:
    assert names(life(logged(*TAKEN), [], ID))[0] == "received"


def test_a_deferred_message_waits_and_says_why_and_how_often() -> None:
    told = life(logged(*TAKEN, DEFERRED, TAKEN[2], DEFERRED), [HANDED], ID)
    assert names(told) == ["submitted", "queued", "deferred"]
    assert told is not None
    assert told.stages[-1].attempts == 2
    (stopped,) = told.stopped
    assert (stopped.stage, stopped.account) == ("deferred", "bob@alpha.test")
    assert "No route" in stopped.why
    assert stopped.log == DEFERRED
    at_last = life(logged(*TAKEN, DEFERRED, SAVED, SENT), [HANDED], ID)
    assert at_last is not None
    assert at_last.stopped == ()


def test_a_full_mailbox_bounces_and_the_sender_is_told() -> None:
    report = [
        "postfix/bounce[9]: AAA111: sender non-delivery notification: BBB222",
        "postfix/cleanup[38]: BBB222: message-id=<report@mx.alpha.test>",
        f"{OUT}BBB222: to=<alice@alpha.test>, relay=10.0.0.3[10.0.0.3]:24, delay=0.3,"
        " delays=0/0/0/0, dsn=2.0.0, status=sent (250 Saved)",
    ]
    told = life(logged(*TAKEN, FULL, *report), [HANDED], None)  # the report is not the newest
    assert names(told) == ["submitted", "queued", "bounced", "reported"]
    assert told is not None
    assert (told.stages[-1].account, told.stages[-1].queue_id) == ("alice@alpha.test", "BBB222")
    assert [(s.stage, "Quota" in s.why) for s in told.stopped] == [("bounced", True)]


def test_what_was_not_tried_yet_stopped_in_the_queue() -> None:
    told = life(logged(*TAKEN), [HANDED], ID)
    assert told is not None
    assert [stopped.stage for stopped in told.stopped] == ["queued"]


def test_two_sites_are_linked_by_the_message_id() -> None:
    relayed = (
        "postfix/smtp[20]: AAA111: to=<dora@beta.test>, relay=mx.beta.test[10.0.0.4]:25, delay=0.1,"
        " delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as CCC333)"
    )
    there = [
        "postfix/smtpd[7]: CCC333: client=mx.alpha.test[10.0.0.2]",
        f"postfix/cleanup[8]: CCC333: message-id={ID}",
        "postfix/qmgr[8]: CCC333: from=<alice@alpha.test>, size=1023, nrcpt=1 (queue active)",
    ]
    told = life(logged(*TAKEN, *there, relayed), [HANDED], "CCC333")
    assert names(told) == ["submitted", "queued", "received", "queued", "relayed"]
    assert told is not None
    assert told.queue_ids == ("AAA111", "CCC333")
    assert [(s.stage, s.log) for s in told.stopped] == [("queued", there[2])]


def test_who_fetched_it_over_what_and_that_it_is_gone() -> None:
    imap = ClientSession(
        "imap", "imaps", "i1", 6 * 10**9, 0, "open", "bob@alpha.test", tls=True,
    )  # fmt: skip
    seen = f"imap(bob@alpha.test)<19><i1>: Info: Mailbox INBOX: flag_change: {BOX}"
    gone = f"imap(bob@alpha.test)<19><i1>: Info: Mailbox INBOX: expunge: {BOX}"
    fetch = (
        'stats: Info: {"event":"imap_command_finished","end_time":6.5,"fields":{"session":"i1",'
        '"cmd_name":"FETCH","cmd_args":"1 BODY[]","tagged_reply_state":"OK"}}'
    )
    told = life(logged(*TAKEN, SAVED, SENT, seen, fetch, gone), [HANDED, imap], ID)
    assert names(told)[-3:] == ["fetched", "flagged", "gone"]
    assert told is not None
    fetched = told.stages[-3]
    assert (fetched.account, fetched.endpoint, fetched.text) == (
        "bob@alpha.test", "imaps", "FETCH 1 BODY[]",
    )  # fmt: skip


def test_who_took_it_by_pop3_is_told_though_the_flag_comes_last() -> None:
    pop3 = ClientSession(
        "pop3", "pop3", "p1", 6 * 10**9, 0, "open", "bob@alpha.test",
        commands=(Command(6 * 10**9, "RETR", "1", ok=True, code="+OK"),),
    )  # fmt: skip
    seen = f"pop3(bob@alpha.test)<19><p1>: Info: Mailbox INBOX: flag_change: {BOX}"
    told = life(logged(*TAKEN, SAVED, SENT, seen), [HANDED, pop3], ID)
    assert names(told)[-2:] == ["fetched", "flagged"]


def test_the_newest_may_have_been_refused_at_once() -> None:
    reject = (
        f"{IN}NOQUEUE: reject: RCPT from unknown[10.0.0.1]: 550 5.1.1 <no@alpha.test>: User"
        " unknown; from=<alice@alpha.test> to=<no@alpha.test> proto=ESMTP helo=<x>"
    )
    lines = logged(*TAKEN, reject)
    session = submission(Envelope(4 * 10**9, "alice@alpha.test", ("no@alpha.test",), ""))
    told = life(lines, [HANDED, session], None)
    assert names(told) == ["offered", "refused"]
    assert told is not None
    assert (told.message_ids, told.recipients) == ((), ("no@alpha.test",))
    assert [(s.stage, s.why, s.log) for s in told.stopped] == [
        ("refused", "RCPT 550 5.1.1 <no@alpha.test>: User unknown", reject)
    ]
    both = submission(*HANDED.envelopes, *session.envelopes)
    assert "refused" in names(life(lines, [both], ID))


def test_the_shell_offers_the_newest_message_first() -> None:
    other = TAKEN[1].replace("17957", "2")
    assert message_ids([*TAKEN, other]) == ("2.22737@alpha.test", "17957.22737@alpha.test")


@given(st.lists(st.sampled_from([*TAKEN, SAVED, SENT, DEFERRED, FULL, "x"]) | st.text(max_size=80)))
def test_no_order_of_lines_breaks_it(lines: list[str]) -> None:
    told = life(logged(*lines), [HANDED], None)
    assert told is None or list(told.stages) == sorted(told.stages, key=lambda s: s.at)
