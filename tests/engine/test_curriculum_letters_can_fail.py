"""In a lab whose configuration breaks a claim on ports, folders or letters, it is named."""

from tests.engine.running import RunningLab
from tests.engine.test_exercises_can_fail import (
    ALL_587,
    CLEAR_587,
    DOVECOT_CONF,
    MAIN_CF,
    MASTER_CF,
    Fault,
    _in_dovecot,
    break_lab,
    failed_claims,
)


def _in_main_cf(settings: str) -> Fault:
    return Fault(MAIN_CF, "relay_domains =\n", f"relay_domains =\n{settings}")


def test_a_587_that_is_another_25(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        Fault(MASTER_CF, ALL_587, CLEAR_587),
        Fault(MAIN_CF, "    check_client_access static:{530 5.7.0 Authentication required}\n", ""),
    )
    failed = failed_claims(own_lab, "port-587-submission")["port-587-submission"]
    assert {"not-offered-yet", "tls-first", "login-needed", "nothing-without-a-login"} <= failed


def test_a_465_that_greets_in_the_clear(own_lab: RunningLab) -> None:
    wrapped = "    -o smtpd_tls_wrappermode=yes\n"
    break_lab(own_lab, Fault(MASTER_CF, wrapped, "    -o smtpd_tls_wrappermode=no\n"))
    failed = failed_claims(own_lab, "port-465-implicit-tls")["port-465-implicit-tls"]
    assert {"no-greeting", "hung-up", "handshake-first"} <= failed


def test_a_carrier_that_loses_what_is_submitted(own_lab: RunningLab) -> None:
    break_lab(own_lab, Fault(MASTER_CF, ALL_587, f"{ALL_587}    -o content_filter=discard:\n"))
    failed = failed_claims(own_lab, "who-transports", "the-letters-way")
    assert {"arrived", "two-signatures"} <= failed["who-transports"]
    assert {"carried", "in-the-box", "bag-empty", "box-empty"} <= failed["the-letters-way"]


def test_a_postfix_that_does_not_sign(own_lab: RunningLab) -> None:
    break_lab(own_lab, _in_main_cf("header_checks = regexp:{{/^Received:/ IGNORE}}\n"))
    assert failed_claims(own_lab, "who-transports", "the-letters-way") == {
        "who-transports": {"two-signatures", "no-third"},
        "the-letters-way": {"signed-twice"},
    }


def test_a_postfix_that_strikes_out_how_a_body_is_written(own_lab: RunningLab) -> None:
    strike = "header_checks = regexp:{{/^(MIME-Version|Content-[A-Za-z-]*):/ IGNORE}}\n"
    break_lab(own_lab, _in_main_cf(strike))
    failed = failed_claims(own_lab, "mime-and-charsets")["mime-and-charsets"]
    assert {"body-declared", "body-shown", "in-parts"} <= failed
    assert not {"subject-coded", "subject-shown"} & failed


def test_owners_who_may_only_look(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        _in_dovecot("acl_driver = vfile\nacl owner {\n  rights = lr\n}\n"),
        Fault(DOVECOT_CONF, "  mail_log = yes\n", "  mail_log = yes\n  acl = yes\n"),
    )
    failed = failed_claims(own_lab, "imap-folders", "the-letters-way")
    assert {"in-archive", "in-drafts", "one-fewer"} <= failed["imap-folders"]
    assert "read-and-kept" in failed["the-letters-way"]


def test_owners_who_may_not_open_their_inbox(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        _in_dovecot("acl_driver = vfile\nacl owner {\n  rights = l\n}\n"),
        Fault(DOVECOT_CONF, "  mail_log = yes\n", "  mail_log = yes\n  acl = yes\n"),
    )
    failed = failed_claims(own_lab, "new-to-cur")
    assert {"counted", "read-only", "in-cur", "nobody-read-it"} <= failed["new-to-cur"]


def test_an_inbox_that_is_cleared_out_after_each_pop3_session(own_lab: RunningLab) -> None:
    inbox = "namespace inbox {\n    mailbox INBOX {\n      autoexpunge_max_mails = 1\n    }\n  }\n"
    break_lab(own_lab, Fault(DOVECOT_CONF, "protocol pop3 {\n", f"protocol pop3 {{\n  {inbox}"))
    failed = failed_claims(own_lab, "pop3-leave-on-server")
    assert {"both-left", "nothing-hidden"} <= failed["pop3-leave-on-server"]


def test_a_pop3_server_that_only_hides_what_is_deleted(own_lab: RunningLab) -> None:
    break_lab(own_lab, _in_dovecot("pop3_delete_type = flag\npop3_deleted_flag = $POP3Deleted\n"))
    assert failed_claims(own_lab, "the-letters-way") == {"the-letters-way": {"box-empty"}}
