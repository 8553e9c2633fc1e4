"""Port 25 takes mail for the lab's own people, from anybody; no port sends any mail out."""

import pytest

from labctl.errors import LabError
from labctl.mail.message import compose
from labctl.mail.smtp import Reply, SmtpClient
from labctl.model.lab import EndpointName
from tests.engine.mailclients import MailClients
from tests.engine.running import RunningLab, labctl_json

ELSEWHERE = "somebody@outside.example"
STAYS = "no mail leaves this lab"
BY_THE_BACK_DOOR = [
    ELSEWHERE,
    "somebody%outside.example@alpha.test",
    "somebody%outside.example",
    "outside.example!somebody@alpha.test",
    "outside.example!somebody",
    "somebody@outside.example@alpha.test",
    "@alpha.test:somebody@outside.example",
    '"somebody@outside.example"@alpha.test',
    '"somebody%outside.example"@alpha.test',
    '"somebody@outside.example"',
    "somebody@[192.0.2.25]",
    "somebody@192.0.2.25",
    "somebody@alpha.test.outside.example",
]


def _greeted(smtp: SmtpClient, *, tls: bool = False) -> Reply:
    assert smtp.connect().code == 220
    answer = smtp.ehlo()
    if tls:
        assert smtp.starttls().code == 220
        answer = smtp.ehlo()
    return answer


def test_mail_for_a_user_of_the_lab_is_accepted_on_25(lab: RunningLab) -> None:
    with lab.smtp() as smtp:
        _greeted(smtp)
        assert smtp.mail("sender@sender.example").code == 250
        assert smtp.rcpt(lab.account().address).code == 250


def test_an_unknown_user_is_refused_at_rcpt_and_not_later(lab: RunningLab) -> None:
    with lab.smtp() as smtp:
        _greeted(smtp)
        smtp.mail("sender@sender.example")
        answer = smtp.rcpt("nobody-of-that-name@alpha.test")
    assert (answer.code, answer.enhanced) == (550, "5.1.1")


def test_an_outside_domain_is_refused_and_told_that_no_mail_leaves(lab: RunningLab) -> None:
    with lab.smtp() as smtp:
        _greeted(smtp)
        smtp.mail("sender@sender.example")
        answer = smtp.rcpt(ELSEWHERE)
    assert (answer.code, answer.enhanced) == (554, "5.7.1")
    assert STAYS in answer.text


def test_every_domain_must_have_a_postmaster_and_this_one_has(lab: RunningLab) -> None:
    with lab.smtp() as smtp:
        _greeted(smtp)
        smtp.mail("")
        assert smtp.rcpt("postmaster@alpha.test").code == 250


@pytest.mark.parametrize("tls", [False, True], ids=["in the clear", "under TLS"])
def test_nobody_can_log_in_on_25(lab: RunningLab, tls: bool) -> None:
    with lab.smtp() as smtp:
        assert "AUTH" not in _greeted(smtp, tls=tls).extensions
        assert smtp.auth(lab.account()).code == 503


def test_vrfy_tells_nothing(lab: RunningLab) -> None:
    alice = lab.account()
    with lab.smtp() as smtp:
        assert "VRFY" not in _greeted(smtp).extensions
        assert smtp.vrfy(alice.address).code == 502


@pytest.mark.parametrize("sender", ["sender@sender.example", "", "postmaster@alpha.test"])
@pytest.mark.parametrize("recipient", BY_THE_BACK_DOOR)
def test_a_client_behind_dockers_address_translation_never_relays(
    lab: RunningLab, recipient: str, sender: str
) -> None:
    """The server sees the gateway's address, as for every client on this machine."""
    with lab.smtp() as smtp:
        _greeted(smtp)
        assert smtp.mail(sender).code == 250
        assert 500 <= smtp.rcpt(recipient).code < 560
        assert smtp.data(compose("s@sender.example", ELSEWHERE, "out", "text\n")).code >= 500


@pytest.mark.parametrize("recipient", BY_THE_BACK_DOOR)
def test_a_client_in_the_labs_own_network_never_relays(inside: MailClients, recipient: str) -> None:
    said = inside.swaks("smtp", recipient, "--from", "sender@sender.example")
    assert said.code == 24, said.all  # swaks: no recipient was accepted
    assert "queued as" not in said.all


def test_swaks_on_this_machine_is_refused_too(clients: MailClients) -> None:
    said = clients.swaks("smtp", ELSEWHERE, "--from", "sender@sender.example")
    assert said.code == 24
    assert STAYS in said.out


@pytest.mark.parametrize("via", ["submission", "submissions"])
def test_a_user_who_logged_in_cannot_send_out_either(
    lab: RunningLab, clients: MailClients, via: EndpointName
) -> None:
    said = clients.swaks(via, ELSEWHERE, login=lab.account())
    assert said.code == 24, said.all
    assert "554 5.7.1" in said.out
    assert STAYS in said.out


@pytest.mark.parametrize("via", ["submission", "submissions"])
def test_the_sender_must_be_who_logged_in(
    lab: RunningLab, clients: MailClients, via: EndpointName
) -> None:
    alice, bob = lab.account(), lab.account()
    said = clients.swaks(via, bob.address, "--from", bob.address, login=alice)
    assert said.code != 0
    assert "553 5.7.1" in said.out


def test_nothing_of_all_this_waits_in_the_queue(lab: RunningLab) -> None:
    lab.deliver(lab.account())  # arrives after whatever was refused before it
    waiting = labctl_json("queue", "--lab", lab.name)["messages"]
    recipients = [r["address"] for message in waiting for r in message["recipients"]]
    assert [r for r in recipients if not r.endswith("@alpha.test")] == []


def test_the_size_limit_is_announced_and_a_larger_message_refused_at_mail(lab: RunningLab) -> None:
    limit = lab.spec.limits.message_size
    with lab.smtp() as smtp:
        assert _greeted(smtp).extensions["SIZE"] == str(limit)
        assert smtp.mail("sender@sender.example", size=limit + 1).code == 552


def test_a_message_over_the_limit_is_refused_though_it_did_not_say_so(lab: RunningLab) -> None:
    line = b"x" * 998 + b"\r\n"
    with lab.smtp() as smtp:
        _greeted(smtp)
        smtp.mail("sender@sender.example")
        smtp.rcpt(lab.account().address)
        answer = smtp.data(b"Subject: large\r\n\r\n" + line * (lab.spec.limits.message_size // 990))
    assert (answer.code, answer.enhanced) == (552, "5.3.4")


@pytest.mark.parametrize("end", ["\n.\n", "\n.\r\n", "\r\n.\n"], ids=repr)
def test_a_second_message_cannot_be_smuggled_behind_a_bare_line_feed(
    lab: RunningLab, end: str
) -> None:
    """Source: https://www.postfix.org/smtp-smuggling.html"""
    alice = lab.account()
    second = f"MAIL FROM:<boss@sender.example>\r\nRCPT TO:<{alice.address}>\r\nDATA\r\n"
    with lab.smtp() as smtp:
        _greeted(smtp)
        smtp.mail("sender@sender.example")
        smtp.rcpt(alice.address)
        assert smtp.command("DATA").code == 354
        forged = f"{second}Subject: forged\r\n\r\n.\r\nQUIT\r\n"
        smtp.wire.send(f"Subject: first\r\n\r\ntext{end}{forged}".encode())
        answers = _answers(smtp)
    assert answers[0].startswith("550 5.5.2")
    assert not [line for line in answers if line.startswith(("250", "354"))]
    lab.deliver(alice, subject="afterwards")
    assert [m.subject for m in lab.maildir(alice).inbox.messages] == ["afterwards 0"]


def _answers(smtp: SmtpClient) -> list[str]:
    """What the server still says, until it hangs up."""
    found: list[str] = []
    try:
        while True:
            found.append(smtp.wire.read_line().decode())
    except LabError:
        return found
