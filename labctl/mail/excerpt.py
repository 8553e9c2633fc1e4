"""Of a message on the wire: what of it a transcript keeps. Pure."""

SHOWN_LINES = 12  # of a message, and of its header the lines below
ESSENTIAL = ("from:", "to:", "subject:")  # whom it is from, to whom, about what
_STAMP = "received:"  # one a server (RFC 5321, section 4.4), and each goes over several lines


class Excerpt:
    """The first lines of a message, the essentials and stamps of its header, and its size."""

    def __init__(self) -> None:
        self._bytes = self._lines = 0
        self._header = True
        self._stamp = self._left_out = False

    def shows(self, text: str, size: int) -> bool:
        """Take in one line of so many bytes; whether it is shown."""
        self._bytes += size
        self._lines += 1
        self._header = self._header and text != ""
        lower = text.lower()
        if not lower.startswith((" ", "\t")):
            self._stamp = lower.startswith(_STAMP)
        essential = self._header and (self._stamp or lower.startswith(ESSENTIAL))
        shows = self._lines <= SHOWN_LINES or essential
        self._left_out = self._left_out or not shows
        return shows

    def skip(self, size: int) -> None:
        """So many bytes nobody saw."""
        self._bytes += size
        self._lines += SHOWN_LINES if size else 0
        self._left_out = self._left_out or size > 0

    @property
    def end(self) -> str:
        """What stands for the rest; empty when all of it was shown."""
        return f"… ({self._bytes} bytes)" if self._left_out else ""
