"""In a lab whose configuration breaks a claim on IMAP or POP3, the exercise names that claim."""

from tests.engine.running import RunningLab
from tests.engine.test_exercises_can_fail import (
    DOVECOT_CONF,
    Fault,
    _in_dovecot,
    break_lab,
    failed_claims,
)


def test_a_pop3_server_that_only_hides_what_is_deleted(own_lab: RunningLab) -> None:
    break_lab(own_lab, _in_dovecot("pop3_delete_type = flag\npop3_deleted_flag = $POP3Deleted\n"))
    assert failed_claims(own_lab, "pop3-dele-needs-quit", "pop3-and-imap-together") == {
        "pop3-dele-needs-quit": {"one-after-quit"},
        "pop3-and-imap-together": {"one-file-left", "phone-is-told"},
    }


def test_readers_who_may_not_change_flags(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        _in_dovecot("acl_driver = vfile\nacl owner {\n  rights = lr\n}\n"),
        Fault(DOVECOT_CONF, "  mail_log = yes\n", "  mail_log = yes\n  acl = yes\n"),
    )
    failed = failed_claims(
        own_lab,
        *("reading-marks-read", "delete-expunge-trash", "sent-folder", "pop3-read-keeps"),
        "postfix-down",
    )
    assert failed["reading-marks-read"] >= {"marked", "told-so"}
    assert failed["delete-expunge-trash"] >= {"letter-t", "one-file-less", "in-the-trash"}
    assert failed["sent-folder"] >= {"copy-in-sent"}
    assert failed["pop3-read-keeps"] == {"marked-as-read"}
    assert failed["postfix-down"] == {"still-read"}


def test_unique_ids_that_do_not_hang_on_uidvalidity(own_lab: RunningLab) -> None:
    break_lab(own_lab, _in_dovecot("pop3_uidl_format = %{filename}\n"))
    assert failed_claims(own_lab, "uidvalidity") == {"uidvalidity": {"other-ids"}}
