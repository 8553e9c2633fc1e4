"""The group of commands on a workshop: a room of people, each with a lab."""

import typer

from labctl.cli import (
    workshop_capacity_commands,
    workshop_keep_commands,
    workshop_node_commands,
    workshop_room_commands,
    workshop_seat_commands,
)

group = typer.Typer(
    no_args_is_help=True, help="A room of people: a lab for each seat, and what becomes of them."
)
for command in (
    workshop_capacity_commands.plan,
    workshop_seat_commands.up,
    workshop_seat_commands.status,
    workshop_seat_commands.down,
    workshop_seat_commands.reset,
    workshop_seat_commands.restart,
    workshop_seat_commands.profile,
    workshop_node_commands.drain,
    workshop_keep_commands.catch_up,
    workshop_room_commands.handout,
    workshop_room_commands.begin,
    workshop_room_commands.grid,
    workshop_room_commands.results,
):
    group.command()(command)
group.add_typer(workshop_keep_commands.group, name="checkpoint")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="workshop")
