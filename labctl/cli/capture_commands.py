"""The command that listens on the lab's wires."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.options import Json, LabName, Lang
from labctl.cli.session import engine


def capture(
    write: Annotated[
        Path | None,
        typer.Option("--write", "-w", metavar="FILE", help="Keep the packets too: a pcap file."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--seconds", metavar="N", min=0.1, help="Stop after N seconds."),
    ] = None,
    port: Annotated[
        list[int] | None,
        typer.Option(
            "--port", metavar="PORT", min=1, max=65535, help="Only this port; may be given again."
        ),
    ] = None,
    lab: LabName = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Listen on the lab's network until Ctrl-C: who says what to whom, in clear or under TLS."""
    from labctl.cli.capture_screen import show_heard
    from labctl.cli.console import note
    from labctl.cli.progress_screen import live
    from labctl.verbs.capture import Capture, Wish
    from labctl.verbs.labs import which

    name = which(engine(), lab)
    with live(quiet=json) as on_progress:
        engine().client_image(on_progress)
    with _kept(write) as keep:
        taken = Capture(
            engine(),
            name,
            Wish(tuple(port or ()), seconds),
            on_packet=lambda packet: keep(packet.record()),
        )
        try:
            for heard in taken.heard(
                lambda: note("listening on the lab {name}; Ctrl-C ends it", name=name)
            ):
                show_heard(heard, taken.names, as_json=json)
        except KeyboardInterrupt:
            pass  # the usual end
    note("packets: {count}", count=taken.packets)
    if write:
        note("in {file}, for Wireshark or tcpdump -r", file=write)


@contextmanager
def _kept(file: Path | None) -> Iterator[Callable[[bytes], None]]:
    """Where the packets go: each is in the file as soon as it was heard."""
    from labctl.errors import BadUsage
    from labctl.mail.pcap import FILE_HEAD
    from labctl.model.shown import shown_path

    if file is None:
        yield lambda _: None
        return
    try:
        opened = file.open("wb", buffering=0)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise BadUsage("{file} cannot be written: {why}", file=shown_path(file), why=why) from None
    with opened:
        opened.write(FILE_HEAD)

        def keep(record: bytes) -> None:
            opened.write(record)

        yield keep


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(capture)
