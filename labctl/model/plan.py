"""A Plan: the Compose document of one lab and the files its containers read."""

from dataclasses import dataclass

CONFIG_FOLDER = "/etc/labctl"  # of every service


@dataclass(frozen=True, slots=True)
class PlanFile:
    """One rendered file, as it goes into a container (or beside the Compose document)."""

    path: str  # relative, as the Compose document names it: "postfix/main.cf"
    content: bytes
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    elsewhere: str = ""  # where it stands in the container, if not below CONFIG_FOLDER
    live: bool = False  # read again when it changes: no reason to make the container anew

    @property
    def target(self) -> str:
        """Where it stands in the container."""
        return self.elsewhere or f"{CONFIG_FOLDER}/{self.path.partition('/')[2]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``engine.apply`` makes true."""

    name: str
    document: str  # Compose, YAML
    files: tuple[PlanFile, ...]

    def file(self, path: str) -> PlanFile:
        """The file of that relative path.

        Raises:
            KeyError: the plan has no such file.
        """
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)
