"""What is inside a container: its files, commands in it, and what it logged.

``api`` is a ``docker.APIClient``, or what answers like it; ``container`` a name or an id.
"""

from collections.abc import Iterator, Sequence

from labctl.engine.api import Api
from labctl.engine.explain import absent
from labctl.engine.logs import lines_of, not_before
from labctl.engine.values import ExecResult, LogLine, TreeFile
from labctl.model.plan import PlanFile


def write_file(api: Api, container: str, path: str, content: bytes, mode: int) -> None:
    """Put one file, owned by root, into a folder of the container."""
    from labctl.engine.archive import PlacedFile, pack

    folder = path.rpartition("/")[0]
    api.put_archive(container, folder, pack([PlacedFile(path, content, mode, 0, 0)], folder))


def put_files(api: Api, container: str, files: Sequence[PlanFile]) -> None:
    """Put a plan's files where they belong, as old as the ones that `up` sends."""
    from labctl.engine.archive import PlacedFile, pack

    placed = [PlacedFile(f.target, f.content, f.mode, f.uid, f.gid) for f in files]
    folders = dict.fromkeys(f.target.rpartition("/")[0] for f in placed)
    for folder in folders:
        inside = [f for f in placed if f.target.rpartition("/")[0] == folder]
        api.put_archive(container, folder, pack(inside, folder))


def read_file(api: Api, container: str, path: str) -> bytes:
    """One file, whether the container runs or not.

    Raises:
        FileNotFoundError: there is none such.
    """
    return next(_archived(api, container, path)).content


def read_tree(api: Api, container: str, path: str) -> list[TreeFile]:
    """All regular files below a folder; none when there is no such folder."""
    try:
        return list(_archived(api, container, path))
    except FileNotFoundError:
        return []


def _archived(api: Api, container: str, path: str) -> Iterator[TreeFile]:
    from labctl.engine.archive import unpack

    try:
        chunks, _ = api.get_archive(container, path)
    except Exception as error:
        if not absent(error):
            raise
        raise FileNotFoundError(path) from None
    yield from unpack(chunks)


def execute(api: Api, container: str, argv: Sequence[str], user: str) -> ExecResult:
    """Run a command in a running container and wait for it."""
    made = api.exec_create(container, list(argv), user=user)["Id"]
    out, err = api.exec_start(made, demux=True)
    code = api.exec_inspect(made)["ExitCode"]
    return ExecResult(
        code, (out or b"").decode("utf-8", "replace"), (err or b"").decode("utf-8", "replace")
    )


def logs(api: Api, container: str, *, since: int, follow: bool, tail: int) -> Iterator[LogLine]:
    """What it logged from ``since`` on (nanoseconds); ``tail`` > 0: only the last lines."""
    chunks = api.logs(
        container,
        stream=True,
        follow=follow,
        timestamps=True,
        since=since / 1e9 if since else None,
        tail=tail or "all",
    )
    yield from not_before(lines_of(chunks), since)
