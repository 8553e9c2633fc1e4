"""The folds of one lab: what its servers tell becomes sessions and one ordered list of events."""

from collections import deque
from typing import Literal

from labctl.mail.box_sessions import BoxSessions
from labctl.mail.ear_lines import FileTold
from labctl.mail.ear_lines import parse_line as ear_line
from labctl.mail.happenings import Told, dovecot_told, postfix_told
from labctl.mail.peer_trace import Spoken, is_noise, parse_spoken, tells_login
from labctl.mail.smtp_sessions import SmtpSessions
from labctl.mail.spoken import Known, spoken_line
from labctl.model.clientsession import ClientSession
from labctl.model.dialogue import Line
from labctl.model.event import Happening
from labctl.model.lab import EndpointName, LabSpec

_TLS_BEGINS = "Ready to start TLS"
_MOST = 10_000  # events that are remembered


class Ears:
    """Each line of each service goes to the fold that it is for."""

    def __init__(self, spec: LabSpec, services: tuple[str, ...]) -> None:
        servers = frozenset(site.postfix.address for site in spec.sites)
        self._mta = {n: SmtpSessions(servers) for n in services if n.startswith("postfix")}
        self._mda = {n: BoxSessions() for n in services if not n.startswith("postfix")}
        self.services = services
        self._secured: dict[str, set[str]] = {}  # of servers among themselves, by service
        self._order = 0
        self.events: deque[Happening] = deque(maxlen=_MOST)

    def hear(self, service: str, time: int, text: str) -> bool:
        """Take in a line of a service's log; whether it tells of a session or anything else."""
        if service in self._mta:
            return self._postfix(service, time, text)
        fold = self._mda[service]
        name = fold.feed(time, text)
        known = fold.known(name) if name else None
        told = dovecot_told(text)
        if told is not None and (told.kind != "ended" or known):
            self._tell(service, time, told, known)
        return self._said(service, fold) or told is not None or known is not None

    def overhear(self, service: str, time: int, text: str) -> bool:
        """Take in what the ear in Dovecot's container tells; whether it is anything."""
        told = ear_line(text)
        if told is None:
            return False
        if isinstance(told, FileTold):
            number, who = self._next(), told.address
            self._add(
                Happening(
                    number, time, "file", service, "", account=who, path=told.path, was=told.was
                )
            )
            return True
        fold = self._mda[service]
        fold.overhear(told)
        return self._said(service, fold)

    def after(self, order: int, since: int) -> tuple[Happening, ...]:
        """The events of a greater ``order`` that happened since then."""
        newest: list[Happening] = []
        for event in reversed(self.events):
            if event.order <= order:
                break
            if event.at >= since:
                newest.append(event)
        return tuple(reversed(newest))

    def sessions(self, since: int) -> tuple[ClientSession, ...]:
        """All sessions that began or went on after ``since``, in the order in which they began."""
        sent = [session for fold in self._mta.values() for session in fold.sessions()]
        read = [session for fold in self._mda.values() for session in fold.sessions()]
        every = [*sent, *read]
        wanted = [session for session in every if _latest(session) >= since]
        return tuple(sorted(wanted, key=lambda session: session.begun))

    def _postfix(self, service: str, time: int, text: str) -> bool:
        fold = self._mta[service]
        if is_noise(text) and not tells_login(text):
            return False
        name = fold.feed(time, text)
        known = fold.known(name) if name else None
        for line in fold.said:
            if known:
                self._add(
                    self._line(service, time, line, known.session, known.endpoint, known.account)
                )
        if fold.said:
            return True
        if handed := parse_spoken(text):
            return self._handed_over(service, time, handed)
        told = postfix_told(text)
        if told is not None and (told.kind != "ended" or known):
            self._tell(service, time, told, known)
        return told is not None or known is not None

    def _handed_over(self, service: str, time: int, handed: Spoken) -> bool:
        """Servers among themselves: LMTP, and SMTP from site to site as the receiver has it."""
        if handed.daemon == "smtp":
            return False
        name = f"{handed.daemon}-{handed.pid}"
        line = spoken_line(handed.sender, handed.text, tls=name in self._secured.get(service, ()))
        if handed.sender == "S" and handed.text.startswith("220"):  # a greeting, or TLS begins
            change = set.add if _TLS_BEGINS in handed.text else set.discard
            change(self._secured.setdefault(service, set()), name)
        self._add(self._line(service, time, line, name, "", ""))
        return True

    def _said(self, service: str, fold: BoxSessions) -> bool:
        for heard in fold.said:
            known = fold.known(heard.session)
            where: EndpointName = "pop3" if heard.protocol == "pop3" else "imap"
            place, who = (known.endpoint, known.account) if known else (where, "")
            self._add(self._line(service, heard.at, heard.line, heard.session, place, who))
        return bool(fold.said)

    def _tell(self, service: str, time: int, told: Told, known: Known | None) -> None:
        self._add(
            Happening(
                order=self._next(),
                at=time,
                kind=told.kind,
                service=service,
                text=told.text,
                ok=told.ok,
                account=told.account or (known.account if known else ""),
                endpoint=known.endpoint if known else "",
                session=known.session if known else "",
                queue_id=told.queue_id,
                message_id=told.message_id,
            )
        )

    def _line(
        self,
        service: str,
        at: int,
        line: Line,
        session: str,
        where: EndpointName | Literal[""],
        who: str,
    ) -> Happening:
        return Happening(
            order=self._next(),
            at=at,
            kind="said",
            service=service,
            text=line.text,
            account=who,
            endpoint=where,
            session=session,
            sender="C" if line.sender == "C" else "S",
            tls=line.tls,
        )

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _add(self, event: Happening) -> None:
        self.events.append(event)


def _latest(session: ClientSession) -> int:
    """The last sign of a session."""
    if not session.ended:
        return 2**63
    return max(session.ended, *(envelope.at for envelope in session.envelopes), session.begun)
