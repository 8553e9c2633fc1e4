"""Docker Compose on the rendered directory, with a health check each second."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labctl.engine.dockerengine import DockerEngine
from labctl.verbs.config import write
from labctl.verbs.wished import Wish
from tests.bench.measure import process

_FOUND_BY = "LABCTL_BENCH_COMPOSE"
# Both images have bash. The checks ask for the same seven ports, but wait for no greeting.
_OVERRIDE = """\
services:
  postfix:
    healthcheck: &check
      test: [CMD, bash, -ec, "for p in 25 587 465; do : <>/dev/tcp/127.0.0.1/$$p; done"]
      interval: 1s
      timeout: 5s
      retries: 60
  dovecot:
    healthcheck:
      <<: *check
      test: [CMD, bash, -ec, "for p in 143 993 110 995; do : <>/dev/tcp/127.0.0.1/$$p; done"]
"""


def command() -> list[str] | None:
    """How Compose 2 is called on this machine, if at all."""
    candidates = [["docker", "compose"], ["docker-compose"]]
    if named := os.environ.get(_FOUND_BY):
        candidates.insert(0, [named])
    for words in candidates:
        if shutil.which(words[0]):
            said = subprocess.run(
                [*words, "version", "--short"], capture_output=True, text=True, check=False
            )
            if said.returncode == 0 and said.stdout.strip().lstrip("v")[:1] == "2":
                return words
    return None


class Compose:
    """The same lab, by Compose."""

    def __init__(self, engine: DockerEngine, name: str, base: int) -> None:
        self._engine, self._name, self._base = engine, name, base
        self._command = command()
        self._directory = Path()

    @property
    def available(self) -> bool:
        return self._command is not None

    @property
    def remark(self) -> str:
        return (
            "" if self.available else f"not measured: no Compose 2 here; {_FOUND_BY}=PATH names one"
        )

    @contextmanager
    def directory(self) -> Iterator[None]:
        """The rendered directory, for as long as the block runs."""
        with tempfile.TemporaryDirectory(prefix="labctl-bench-") as folder:
            self._directory = Path(folder) / "lab"
            if self.available:
                write(self._engine, self._name, Wish(ports=self._base), self._directory)
                (self._directory / "checks.yaml").write_text(_OVERRIDE)
            yield

    def _run(self, *arguments: str) -> float:
        assert self._command is not None
        files = [f"--file={self._directory / f}" for f in ("compose.yaml", "checks.yaml")]
        return process(*self._command, *files, *arguments)[0]

    def up(self) -> float:
        """Seconds of ``docker compose up --wait``."""
        return self._run("up", "--detach", "--wait")

    def down(self) -> float:
        """Seconds of ``docker compose down``."""
        return self._run("down", "--volumes", "--timeout", "0")
