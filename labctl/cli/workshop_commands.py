"""The group of commands on a workshop: a room of people, each with a lab."""

import typer

from labctl.cli import workshop_capacity_commands, workshop_room_commands

group = typer.Typer(
    no_args_is_help=True, help="A room of people: a lab for each seat, and what becomes of them."
)
for command in (
    workshop_capacity_commands.plan,
    workshop_room_commands.handout,
    workshop_room_commands.begin,
    workshop_room_commands.grid,
    workshop_room_commands.results,
):
    group.command()(command)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    # Not in the list of commands before `workshop up` is: a room cannot be made yet.
    app.add_typer(group, name="workshop", hidden=True)
