"""A participant's desk at a lab: mail clients that nobody here wrote, set up for its accounts.

Each helper is one thing that a person does with that client. Passwords go in by files and
terminals, never by arguments.
"""

import shlex
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from labctl.model.lab import Account, EndpointName
from tests.engine.mailclients import MailClients, Said
from tests.engine.terminal import Typed

_STARTTLS = {"smtp": "smtp", "submission": "smtp", "imap": "imap", "pop3": "pop3"}
_GREETING = {"smtp": "220 ", "imap": r"\* OK", "pop3": r"\+OK"}


def protocol_of(via: EndpointName) -> str:
    """What is spoken there."""
    return "smtp" if via.startswith(("smtp", "submission")) else via[:4]


def done(said: Said) -> None:
    """The client was content with what it did."""
    assert said.code == 0, said.all


@dataclass
class Desk(MailClients):
    """The mail clients of alice, bob and carol."""

    @property
    def alice(self) -> Account:
        return self.person("alice")

    @property
    def bob(self) -> Account:
        return self.person("bob")

    @property
    def carol(self) -> Account:
        return self.person("carol")

    def person(self, name: str) -> Account:
        """By the part before the @."""
        return next(a for a in self.lab.spec.accounts if a.address.startswith(f"{name}@"))

    def url(self, via: EndpointName, path: str = "") -> str:
        scheme = {"submission": "smtp", "submissions": "smtps"}.get(via, via)
        return f"{scheme}://{self.host(via)}:{self.port(via)}/{path}"

    # -- programs ---------------------------------------------------------------------------------

    def curl(
        self, via: EndpointName, who: Account, path: str = "", *options: str, code: int = 0
    ) -> str:
        """What curl fetched; ``path`` is a message's number (POP3) or what is in a box (IMAP)."""
        said = self.curl_at(who, self.url(via, path), *options)
        assert said.code == code, said.all
        return said.out

    def curl_sends(
        self, via: EndpointName, to: Account, *options: str, login: Account, **header: str
    ) -> Said:
        letter = "".join(f"{k}: {v}\r\n" for k, v in {"To": to.address, **header}.items())
        envelope = ("--mail-from", login.address, "--mail-rcpt", to.address)
        upload = ("--upload-file", self.put("letter", f"{letter}Subject: by curl\r\n\r\ntext\r\n"))
        return self.curl_at(login, self.url(via, "me.example"), *envelope, *upload, *options)

    def curl_at(self, who: Account, url: str, *options: str) -> Said:
        """Curl anywhere, as somebody, under TLS."""
        config = self.put(
            "curlrc",
            f'user = "{who.address}:{who.password}"\ncacert = "{self.ca}"\nssl-reqd\n',
        )
        return self.run("curl", "--silent", "--show-error", "--config", config, *options, url)

    def msmtp(self, via: EndpointName, to: Account, *, login: Account, text: str = "hi\n") -> Said:
        """Send ``text``, which may begin with a header, to whom the envelope names."""
        settings = f"""
            account default
            host {self.host(via)}
            port {self.port(via)}
            from {login.address}
            auth plain
            user {login.address}
            password "{login.password}"
            tls on
            tls_starttls {"off" if via == "submissions" else "on"}
            tls_trust_file {self.ca}
        """
        letter = text if text.startswith(("From:", "To:", "Subject:")) else f"Subject: m\n\n{text}"
        return self.run("msmtp", "--file", self.put("msmtprc", settings), to.address, stdin=letter)

    def mutt_sends(
        self,
        to: Account,
        *options: str,
        login: Account,
        copy: bool = True,
        subject: str = "by mutt",
        text: str = "hi\n",
    ) -> Said:
        """Send with mutt, which files a copy in Sent by IMAP unless told not to."""
        config = self._muttrc(login, "set record = +Sent" if copy else "unset record")
        command = ("mutt", "-F", config, "-s", subject, *options, to.address)
        return self.run(*command, stdin=text)

    def curl_files(self, who: Account, folder: str, to: Account) -> None:
        """Upload a message to ``to`` into a folder, by IMAP."""
        header = f"From: {who.address}\r\nTo: {to.address}\r\nSubject: filed by curl\r\n"
        letter = self.put("filed", f"{header}\r\ntext\r\n")
        self.curl("imaps", who, folder, "--upload-file", letter)

    def mutt(self, who: Account, *keys: str, settings: str = "") -> str:
        """Open the inbox in mutt, press these keys as a macro would, and leave.

        A key is written as in a muttrc: ``<enter>``, ``d``, ``q``.
        """
        press = f"push '{''.join(keys)}'" if keys else ""
        config = self._muttrc(who, settings, press)
        said = self.typed(f"TERM=xterm stty rows 24 cols 80; TERM=xterm mutt -F {config}", [])
        assert said.code == 0, said.out
        return said.out

    def _muttrc(self, who: Account, *more: str) -> str:
        secret = self.put("mutt-password", f"{who.password}\n")
        smtp = self.url("submissions").replace("://", f"://{who.address.replace('@', '%40')}@")
        lines = [
            f'set from = "{who.address}"',
            "set use_from",
            "set ssl_force_tls",
            f'set ssl_ca_certificates_file = "{self.ca}"',
            f'set imap_user = "{who.address}"',
            f'set imap_pass = "`cat {secret}`"',
            f'set smtp_pass = "`cat {secret}`"',
            f'set folder = "{self.url("imaps")}"',
            "set spoolfile = +INBOX",
            "set trash = +Trash",
            f'set smtp_url = "{smtp}"',
            "set smtp_authenticators = plain",
            'set header_cache = ""',
            'set mbox = ""',
            "set move = no",
            "set delete = yes",
            "set wait_key = no",
            'set pager = "cat"',
            "unset prompt_after",
            *more,
        ]
        return self.put("muttrc", "\n".join(lines) + "\n")

    def mbsync(self, who: Account, *options: str, via: EndpointName = "imaps") -> None:
        """Bring a copy of everything here; with ``options``, see mbsync(1), what else it does."""
        config = f"""
IMAPAccount lab
Host {self.name(via)}
Port {self.port(via)}
User {who.address}
PassCmd "cat {self.put("mbsync-password", who.password)}"
TLSType {"IMAPS" if via == "imaps" else "STARTTLS"}
SystemCertificates no
CertificateFile {self.ca}

IMAPStore far
Account lab

MaildirStore near
Path {self.folder}/near/
Inbox {self.folder}/near/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
"""
        self.run("mkdir", "-p", f"{self.folder}/near")
        said = self.run("mbsync", *options, "--config", self.put("mbsyncrc", config), "all")
        assert said.code == 0, said.all

    def fetchmail(
        self, via: EndpointName, who: Account, *options: str, keep: bool = True, code: int = 0
    ) -> None:
        """Fetch what is new, by POP3 or IMAP; ``keep``: it stays on the server."""
        protocol = "POP3" if via.startswith("pop3") else "IMAP"
        tls = "ssl" if via.endswith("s") else "sslproto TLS1.2+"
        config = self.put(
            "fetchmailrc",
            f"poll {self.name(via)} service {self.port(via)} protocol {protocol}"
            f"{' uidl' if protocol == 'POP3' else ''}\n"
            f'  user "{who.address}" password "{who.password}"\n'
            f'  {tls} sslcertck sslcertfile "{self.ca}" {"keep" if keep else "no keep"}\n'
            f'  mda "cat >> {self.folder}/mbox"\n',
        )
        said = self.run(
            *("fetchmail", "--fetchmailrc", config, "--nosyslog", "--nodetach", *options),
            *("--idfile", f"{self.folder}/ids", "--pidfile", f"{self.folder}/pid"),
        )
        assert said.code == code, said.all

    # -- typed by hand ----------------------------------------------------------------------------

    @contextmanager
    def dialogue(
        self,
        via: EndpointName,
        login: Account | None = None,
        *,
        clear: bool = False,
        by: tuple[str, ...] = ("telnet",),
    ) -> Iterator[Typed]:
        """``openssl s_client``, or ``by`` what in the clear; broken off at the end."""
        start = ["-starttls", _STARTTLS[via]] if via in _STARTTLS else []
        trust = ["-CAfile", self.ca, "-verify_return_error"]
        to = ["openssl", "s_client", "-connect", f"{self.host(via)}:{self.port(via)}"]
        command = [*to, *start, *trust, "-quiet", "-crlf"]
        if clear:
            command = [*by, self.host(via), str(self.port(via))]
        script = f"cd {self.folder} && stty -echo && exec {shlex.join(command)}"
        api = self.engine.client.api
        made = api.exec_create(self.container, ["bash", "-c", script], tty=True, stdin=True)
        opened: Any = api.exec_start(made["Id"], tty=True, socket=True)
        terminal: socket.socket = getattr(opened, "_sock", opened)
        terminal.settimeout(30)
        with closing(terminal), closing(opened), closing(opened._response):
            typed = Typed(terminal, protocol_of(via))
            if not clear:
                typed.wait_for("verify return:1")
                typed.wait_for("verify return:1")
            if clear or not start:
                typed.wait_for(_GREETING[typed.protocol])
            elif typed.protocol == "smtp":
                typed.wait_for("250 [^\n]*\n")
            if login:
                typed.log_in(login)
            yield typed
            typed.leave()

    def types_letter(
        self, via: EndpointName, *to: str, login: Account | None = None, **header: str
    ) -> None:
        """Type a whole message; without a login in the clear, and as somebody from outside."""
        with self.dialogue(via, login, clear=login is None) as typed:
            if login is None:
                typed.say("EHLO me.example")
            typed.letter(login.address if login else "me@example.org", *to, **header)
            typed.say("QUIT")

    def types(
        self,
        via: EndpointName,
        *lines: str,
        login: Account | None = None,
        clear: bool = False,
    ) -> str:
        """Type lines, each once the last was answered, and break off; all that was shown."""
        with self.dialogue(via, login, clear=clear) as typed:
            for line in lines:
                typed.say(line)
        return typed.shown
