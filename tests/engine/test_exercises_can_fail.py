"""In a lab whose configuration breaks a claim the exercise says so, and names the claim.

What no setting of these servers can break is not here: that SMTP has no verb to read mail
(no-verb-to-read), that RETR, DELE and a broken connection remove nothing by themselves (both-kept
falls only to another rule, below; not-removed), that what a client has downloaded stays with it
(only-here, copy-stays), that an IMAP server answers LOGOUT, that a Postfix that is stopped does not
answer (no-smtp of postfix-down), that STATUS and EXAMINE move no file (new-after-status and
new-after-examine of new-to-cur; what SELECT does falls to an owner who may not open the inbox).
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

from tests.engine.running import RunningLab, labctl, wait_until

MAIN_CF, MASTER_CF = "/etc/labctl/main.cf", "/etc/labctl/master.cf"
DOVECOT_CONF = "/etc/labctl/dovecot.conf"


@dataclass(frozen=True)
class Fault:
    """One change to a server's configuration."""

    file: str
    old: str
    new: str

    @property
    def service(self) -> Literal["postfix", "dovecot"]:
        return "dovecot" if self.file == DOVECOT_CONF else "postfix"


def _in_dovecot(settings: str) -> Fault:
    return Fault(
        DOVECOT_CONF, "protocols = imap pop3 lmtp\n", f"protocols = imap pop3 lmtp\n{settings}"
    )


def break_lab(lab: RunningLab, *faults: Fault) -> None:
    """Make the changes; the servers read them again."""
    for fault in faults:
        text = lab.engine.read_file(lab.name, fault.service, fault.file).decode()
        assert text.count(fault.old) == 1, fault.old
        broken = text.replace(fault.old, fault.new).encode()
        lab.engine.write_file(lab.name, fault.service, fault.file, broken, 0o644)
    service = faults[0].service
    before = _reader(lab) if service == "dovecot" else ""
    reload = ["postfix", "reload"] if service == "postfix" else ["doveadm", "reload"]
    done = lab.engine.exec(lab.name, service, reload)
    assert done.exit_code == 0, done.stderr

    def has_read() -> bool:
        if service == "dovecot":
            return _reader(lab) not in ("", before)
        return any("reload -- version" in e.text for e in lab.engine.logs(lab.name, service))

    wait_until(f"{service} has read its configuration again", has_read)


def _reader(lab: RunningLab) -> str:
    """The number of Dovecot's log process: a master that has read its configuration has another."""
    said = lab.engine.exec(lab.name, "dovecot", ["doveadm", "process", "status"]).stdout
    return next((line.split()[1] for line in said.splitlines() if line.startswith("log ")), "")


def failed_claims(lab: RunningLab, *exercises: str) -> dict[str, set[str]]:
    """Run the exercises, all of which must fail: which of their claims do not hold."""
    done = labctl("exercise", "run", *exercises, "--lab", lab.name, "--json")
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)["exercises"]
    assert [(one["id"], one["verdict"]) for one in results] == [(e, "fail") for e in exercises]
    return {
        one["id"]: {
            e["id"] for step in one["steps"] for e in step["expectations"] if not e["holds"]
        }
        for one in results
    }


ALL_587 = "    -o smtpd_tls_security_level=encrypt\n"
SWALLOWS_ALL = "default_transport = discard:"
CLEAR_587 = "    -o smtpd_tls_security_level=may\n    -o smtpd_tls_auth_only=no\n"


def test_passwords_in_the_clear_on_587(own_lab: RunningLab) -> None:
    break_lab(own_lab, Fault(MASTER_CF, ALL_587, CLEAR_587))
    assert failed_claims(own_lab, "smtp-sends", "submission-ports") == {
        "smtp-sends": {"tls-before-auth"},
        "submission-ports": {"tls-first", "auth-only-under-tls"},
    }


def test_a_filter_that_swallows_what_is_submitted(own_lab: RunningLab) -> None:
    break_lab(own_lab, Fault(MASTER_CF, ALL_587, f"{ALL_587}    -o content_filter=discard:\n"))
    assert failed_claims(own_lab, "smtp-sends") == {"smtp-sends": {"arrived"}}


def test_an_open_relay(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        Fault(MAIN_CF, "mynetworks = 127.0.0.0/8", "mynetworks = 0.0.0.0/0"),
        Fault(MAIN_CF, "permit_auth_destination,", "permit_mynetworks,"),
        Fault(MAIN_CF, "default_transport = error:5.7.1 no mail leaves this lab", SWALLOWS_ALL),
    )
    assert failed_claims(own_lab, "submission-ports") == {"submission-ports": {"no-relay"}}


def test_a_postfix_that_keeps_a_copy_of_everything(own_lab: RunningLab) -> None:
    archive = """
always_bcc = carol@alpha.test
transport_maps = inline:{carol@alpha.test=virtual:}
virtual_mailbox_base = /var/lib/postfix
virtual_minimum_uid = 1
virtual_uid_maps = static:5001
virtual_gid_maps = static:5001
"""
    break_lab(
        own_lab,
        Fault(MAIN_CF, "relay_domains =\n", f"relay_domains =\n{archive}"),
        Fault(MASTER_CF, "lmtp        unix", "virtual unix - n n - - virtual\nlmtp        unix"),
    )
    assert failed_claims(own_lab, "smtp-does-not-store", "who-stores-what") == {
        "smtp-does-not-store": {"nothing-left", "nothing-left-again"},
        "who-stores-what": {"smtp-keeps-nothing"},
    }


def test_readers_who_may_not_change_flags(own_lab: RunningLab) -> None:
    break_lab(
        own_lab,
        _in_dovecot("acl_driver = vfile\nacl owner {\n  rights = lr\n}\n"),
        Fault(DOVECOT_CONF, "  mail_log = yes\n", "  mail_log = yes\n  acl = yes\n"),
    )
    unmarked = {"seen", "still-one", "flagged", "same-flags", "kept"}
    assert failed_claims(own_lab, "imap-keeps") == {"imap-keeps": unmarked}


def test_one_device_at_a_time(own_lab: RunningLab) -> None:
    limit = "protocol imap {\n  mail_max_userip_connections = "
    break_lab(own_lab, Fault(DOVECOT_CONF, f"{limit}100\n", f"{limit}1\n"))
    (failed,) = failed_claims(own_lab, "imap-two-devices").values()
    assert {"both-in", "idling", "told", "flag-crosses", "on-the-phone-too"} <= failed


def test_a_pop3_server_that_only_hides_what_is_deleted(own_lab: RunningLab) -> None:
    break_lab(own_lab, _in_dovecot("pop3_delete_type = flag\npop3_deleted_flag = $POP3Deleted\n"))
    assert failed_claims(own_lab, "pop3-takes", "who-stores-what") == {
        "pop3-takes": {"removed"},
        "who-stores-what": {"pop3-removed-it"},
    }


def test_an_inbox_that_is_cleared_out_after_each_pop3_session(own_lab: RunningLab) -> None:
    cleared = "protocol pop3 {\n  namespace inbox {\n    mailbox INBOX {\n"
    cleared += "      autoexpunge_max_mails = 1\n    }\n  }\n"
    break_lab(own_lab, Fault(DOVECOT_CONF, "protocol pop3 {\n", cleared))
    assert "both-kept" in failed_claims(own_lab, "pop3-takes")["pop3-takes"]


def test_a_postfix_that_hangs_is_an_error_and_not_a_verdict(own_lab: RunningLab) -> None:
    old = "restrictions = permit_auth_destination,\n"
    rule = own_lab.engine.read_file(own_lab.name, "postfix", MAIN_CF).decode()
    rest = rule[rule.index(old) : rule.index("smtpd_recipient_restrictions")]
    # Without a rule that refuses, Postfix refuses to serve at all: it closes, and waits, and again.
    break_lab(own_lab, Fault(MAIN_CF, rest, "restrictions = permit_mynetworks\n"))
    done = labctl("exercise", "run", "submission-ports", "--lab", own_lab.name, "--json")
    assert done.returncode == 1, done.stderr
    (one,) = json.loads(done.stdout)["exercises"]
    assert one["verdict"] == "error"
    assert "labctl logs postfix" in one["problem"]
