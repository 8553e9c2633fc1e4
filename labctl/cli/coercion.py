"""Words of the command line become values without pydantic, where they are texts or not given.

Typer builds a pydantic adapter for each parameter, also for one that nobody used: 90 ms before
anything is done. What is more than a text (a number, a path, a list) still goes that way.
"""

from typing import Any


class Quick:
    """Takes the place of what typer would build when a parameter's value is first asked for."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - typer's own
        """The value as the command takes it; typer's own way where that takes more than a look."""
        several = param.multiple or param.nargs != 1
        if value is None and not several:
            return None
        if value is None or (several and not value):
            return ()
        if isinstance(value, str) and param.type_descriptor.annotation is str:
            return value
        param._runtime_param = None  # noqa: SLF001 - so that typer builds its own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def quicken(parameter: Any) -> None:  # noqa: ANN401 - typer's parameter
    """Let one parameter start quickly; nothing changes in a typer that works another way."""
    if getattr(parameter, "_runtime_param", parameter) is None:
        parameter._runtime_param = Quick()  # noqa: SLF001 - typer offers no other way in
