"""What POP3 clients of an exercise keep on their own disk: local mbox files."""

import mailbox
from pathlib import Path
from tempfile import TemporaryDirectory

from labctl.mail.message import TOKEN_HEADER


class Mboxes:
    """A run's local mboxes by name, in a folder that lasts as long as the run."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._folder = TemporaryDirectory(prefix="labctl-")

    def save(self, name: str, message: bytes) -> None:
        """Add a message to a local mbox, as a POP3 client does."""
        box = mailbox.mbox(self._path(name))
        try:
            box.add(message)
        finally:
            box.close()

    def copies(self, name: str) -> int:
        """How many different messages of this run a local mbox holds."""
        box = mailbox.mbox(self._path(name))
        try:
            ours = [m["Message-ID"] for m in box if m[TOKEN_HEADER] == self._token]
        finally:
            box.close()
        return len(set(ours))

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name}.mbox"

    def forget(self) -> None:
        """Remove them all."""
        self._folder.cleanup()
