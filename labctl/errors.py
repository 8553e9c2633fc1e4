"""The error tree: each error says the problem, then the way past it, and has an exit code.

An error neither prints nor exits. Its texts are templates in English with named values; ``str()``
of it is in the reader's language (see ``labctl.lang``).
"""

from enum import IntEnum

from labctl.lang import Text


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    VERDICT_FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3
    NOT_FOUND = 4
    BUG = 70
    INTERRUPTED = 130


class LabError(Exception):
    """Something a user can understand and do something about.

    Args:
        problem: one sentence, a ``str.format`` template over ``values``.
        remedy: the way past it, the same; empty when there is none.
        values: what the two templates name.
    """

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(self, problem: str, /, *, remedy: str = "", **values: object) -> None:
        self.problem = Text(problem, values)
        self.remedy = Text(remedy, values)
        super().__init__(problem, remedy, values)

    def __str__(self) -> str:
        remedy = str(self.remedy)
        return f"{self.problem}\n  {remedy}" if remedy else str(self.problem)


class BadUsage(LabError):
    """An argument or a combination of options that cannot be."""


class BadDefinition(LabError):
    """A lab definition that cannot be read or that asks for something wrong."""


class BadCheckpoint(LabError):
    """A seat's file that cannot be read, is damaged, or belongs to something else."""


class BadRoster(LabError):
    """A workshop's list of people that cannot be read or that a spreadsheet could misread."""


class BadExercise(LabError):
    """An exercise file that cannot be read or that contradicts itself."""


class BadBundle(LabError):
    """A file that is no bundle of labctl, or a damaged one."""


class EnvironmentProblem(LabError):
    """The machine or the engine, not the user's words, is in the way."""

    exit_code = ExitCode.ENVIRONMENT


class NoEngine(EnvironmentProblem):
    """No container engine answers."""


class NoImage(EnvironmentProblem):
    """An image is missing and could not be had or built."""


class NotReady(EnvironmentProblem):
    """A service did not greet in time, or died."""


class ForeignProject(EnvironmentProblem):
    """The name is used on this engine by something that is not ours."""


class NoSubnet(EnvironmentProblem):
    """No free subnet is left for a lab."""


class Leftovers(EnvironmentProblem):
    """Something of a lab could not be removed."""


class PortBusy(EnvironmentProblem):
    """A port that the lab needs is taken on this machine."""

    def __init__(self, service: str, port: int, holder: str) -> None:
        self.service, self.port, self.holder = service, port, holder
        super().__init__(
            "port {port} ({service}) is held by {holder}",
            remedy="stop it, or move the lab: labctl up --ports 20000",
            service=service,
            port=port,
            holder=holder,
        )


class NotFound(LabError):
    """There is no such lab, account, service or exercise."""

    exit_code = ExitCode.NOT_FOUND


class NoSuchLab(NotFound):
    """No lab of that name is on this engine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "there is no lab {name!r} on this engine",
            remedy="see the labs: labctl status; start one: labctl up",
            name=name,
        )


class NoSuchWorkshop(NotFound):
    """No seat of a workshop of that name is on this engine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "there is no workshop {name!r} on this engine",
            remedy="start one: labctl workshop up --seats 10",
            name=name,
        )


class NoSuchAccount(NotFound):
    """The lab has no such account."""

    def __init__(self, name: str, known: str) -> None:
        super().__init__(
            "there is no account {name!r} in this lab",
            remedy="its accounts are: {known}",
            name=name,
            known=known,
        )
