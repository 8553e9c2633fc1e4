"""A command line whose last part is another program's: nothing there is labctl's to read."""

from typing import Any

from typer.core import TyperCommand


class Lending(TyperCommand):
    """``labctl shell --lab x client swaks --to bob``: from ``swaks`` on, no option is labctl's."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's context
        """Put the usual ``--`` before the program, for who left it out."""
        return list(super().parse_args(ctx, _parted(args, self._with_value())))

    def _with_value(self) -> frozenset[str]:
        return frozenset(
            option
            for parameter in self.params
            if not getattr(parameter, "is_flag", True)
            for option in parameter.opts
        )


def _parted(words: list[str], with_value: frozenset[str]) -> list[str]:
    """The words with ``--`` before the second that is neither an option nor an option's value."""
    plain, skip = 0, False
    for position, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and word != "-":
            skip = word in with_value
        else:
            plain += 1
            if plain == 2:
                return [*words[:position], "--", *words[position:]]
    return words
