"""How an IMAP command ended, and what its answers said, read out of them on demand. Pure."""

import re
from dataclasses import dataclass

from labctl.mail import imap_syntax as syntax
from labctl.mail.imap_syntax import Fetched, Untagged

_CODE = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class ImapResult:
    """How a command ended, and the untagged answers that came with it."""

    status: str  # OK, NO, BAD, PREAUTH, BYE; "+" when the server waits for more (IDLE)
    text: str  # e.g. "[READ-WRITE] Select completed."
    untagged: tuple[Untagged, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the server did it."""
        return self.status in ("OK", "PREAUTH", "+")

    @property
    def code(self) -> str:
        """The response code's first word, e.g. ``PRIVACYREQUIRED``; empty when there is none."""
        found = _CODE.match(self.text)
        return found[1].partition(" ")[0].upper() if found else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The untagged answers as text."""
        return tuple(answer.text for answer in self.untagged)

    @property
    def capabilities(self) -> frozenset[str]:
        """What CAPABILITY lists, or the greeting or LOGIN if they say so; in capitals."""
        texts = [*(a.text for a in self.untagged if a.word == "CAPABILITY"), *self._codes()]
        words = (text.upper().split() for text in texts)
        return frozenset(w for line in words if line[:1] == ["CAPABILITY"] for w in line[1:])

    @property
    def exists(self) -> int | None:
        """How many messages the mailbox holds; ``None`` when the server did not say."""
        counts = [a.number for a in self.untagged if a.word == "EXISTS"]
        return counts[-1] if counts else None

    @property
    def fetched(self) -> tuple[Fetched, ...]:
        """The message data of FETCH and STORE."""
        return tuple(f for a in self.untagged if (f := syntax.fetched(a)))

    @property
    def expunged(self) -> tuple[int, ...]:
        """The sequence numbers that went, each as counted after the one before it went."""
        return tuple(a.number for a in self.untagged if a.word == "EXPUNGE")

    @property
    def searched(self) -> tuple[int, ...]:
        """What SEARCH found: sequence numbers, or UIDs after UID SEARCH."""
        found = [a.values[1:] for a in self.untagged if a.word == "SEARCH"]
        return tuple(n for values in found for v in values if (n := syntax.as_int(v)) is not None)

    @property
    def counts(self) -> dict[str, int]:
        """What STATUS says: ``{"MESSAGES": 2, "UNSEEN": 1}``."""
        lists = [a.values[-1] for a in self.untagged if a.word == "STATUS"]
        flat = [v for each in lists if isinstance(each, tuple) for v in each]
        pairs = zip(flat[::2], flat[1::2], strict=False)
        return {str(k).upper(): n for k, v in pairs if (n := syntax.as_int(v)) is not None}

    @property
    def folders(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        r"""What LIST says: each folder's name and its attributes, e.g. ``\Sent``."""
        found = []
        for answer in self.untagged:
            if answer.word == "LIST" and len(answer.values) > 3:
                attributes = answer.values[1] if isinstance(answer.values[1], tuple) else ()
                words = tuple(a for a in attributes if isinstance(a, str))
                found.append((syntax.mailbox_name(answer.values[3]), words))
        return tuple(found)

    def number(self, code: str) -> int | None:
        """A number out of a response code: ``number("UIDVALIDITY")``, ``number("UNSEEN")``."""
        for text in self._codes():
            name, _, rest = text.partition(" ")
            if name.upper() == code:
                return syntax.as_int(rest.strip())
        return None

    def _codes(self) -> list[str]:
        texts = [self.text, *(a.text.partition(" ")[2] for a in self.untagged if a.word == "OK")]
        return [found[1] for text in texts if (found := _CODE.match(text))]

    def __str__(self) -> str:
        return f"{self.status} {self.text}".rstrip()
