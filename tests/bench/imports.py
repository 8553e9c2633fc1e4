"""What every command costs before it does anything, beside the libraries it cannot do without."""

from tests.bench.measure import Figure, interleaved, labctl, python

_TYPER, _DOCKER = "import typer", "import docker"


def imports(lab: str, runs: int) -> list[Figure]:
    """Small commands; more turns, since each is short."""
    found = interleaved(
        {
            _TYPER: lambda: python(_TYPER),
            _DOCKER: lambda: python(_DOCKER),
            "--version": lambda: labctl("--version"),
            "status": lambda: labctl("status", "--lab", lab, "--json"),
            "--help": lambda: labctl("--help"),
            "bare": labctl,
        },
        2 * runs,
    )

    def figure(what: str, measured: str, reference: str, at_most: float | None = None) -> Figure:
        beside = f"python -c '{reference}'"
        return Figure(
            "imports",
            what,
            found[measured],
            beside=beside,
            reference=found[reference],
            at_most=at_most,
        )

    return [
        figure("labctl --version", "--version", _TYPER, 1.3),
        figure("labctl status --json", "status", _DOCKER, 1.6),
        figure("labctl --help", "--help", _TYPER),
        figure("labctl", "bare", _DOCKER),
    ]
