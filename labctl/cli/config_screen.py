"""Rendered files, checks and differences on the terminal, or as JSON."""

from collections.abc import Sequence
from pathlib import Path

from labctl.cli.console import note, out, show_json
from labctl.cli.lab_screen import plain_table
from labctl.errors import NotFound
from labctl.lang import tr
from labctl.model.plan import Plan
from labctl.verbs.config import COMPOSE_FILE, Check, FileDiff, is_secret


def show_written(folder: Path, written: Sequence[Path], *, as_json: bool) -> None:
    """`labctl config render DIR`."""
    if as_json:
        show_json(
            {"folder": str(folder), "files": [p.relative_to(folder).as_posix() for p in written]}
        )
        return
    for path in written:
        out().print(str(path), markup=False, soft_wrap=True)
    note("start it without labctl: cd {folder} && docker compose up", folder=folder)


def _readable(plan: Plan) -> dict[str, str]:
    files = {f.path: f.content.decode() for f in plan.files if not is_secret(f)}
    return {COMPOSE_FILE: plan.document, **files}


def show_plan(plan: Plan, file: str | None, *, as_json: bool) -> None:
    """`labctl config show [FILE]`.

    Raises:
        NotFound: no such file, or a secret one.
    """
    files = _readable(plan)
    if file is not None and file not in files:
        raise NotFound(
            "no file {file} to show",
            remedy="see the list: labctl config show",
            file=ascii(file[:80]),
        )
    if as_json:
        show_json({"files": files if file is None else {file: files[file]}})
    elif file is not None:
        out().file.write(files[file])
    else:
        table = plain_table("file", "lines", "mode")
        modes = {f.path: f"{f.mode:04o}" for f in plan.files}
        for path, text in files.items():
            table.add_row(path, str(len(text.splitlines())), modes.get(path, ""))
        for hidden in (f for f in plan.files if is_secret(f)):
            table.add_row(hidden.path, tr("not shown"), modes[hidden.path])
        out().print(table)
        note("one of them: labctl config show postfix/main.cf")


def show_checks(checks: Sequence[Check], *, as_json: bool) -> None:
    """`labctl config check`."""
    if as_json:
        show_json(
            {
                "checks": [
                    {"service": c.service, "command": c.command, "holds": c.holds, "said": c.said}
                    for c in checks
                ]
            }
        )
        return
    from rich.text import Text

    for one in checks:
        sign = Text("✓ ", "green") if one.holds else Text("✗ ", "bold red")
        lines = len(one.said.splitlines())
        summary = tr("fine ({lines} lines)", lines=lines) if one.holds else tr("complains")
        out().print(sign + Text(f"{one.service}: {one.command}: {summary}"))
        if not one.holds:
            out().print(Text(one.said), soft_wrap=True)


def show_diff(found: Sequence[FileDiff], *, as_json: bool) -> None:
    """`labctl config diff`."""
    if as_json:
        show_json(
            {"files": [{"path": d.path, "secret": d.secret, "diff": list(d.lines)} for d in found]}
        )
        return
    from rich.text import Text

    style = {"+": "green", "-": "red", "@": "cyan"}
    for one in found:
        out().print(Text(one.path, "bold"))
        for line in one.lines or (tr("differs, and is secret"),):
            out().print(Text("  " + line, style.get(line[:1], "")), soft_wrap=True)
    note("{count} files differ; labctl up makes them alike", count=len(found)) if found else note(
        "what runs is what would be rendered"
    )
