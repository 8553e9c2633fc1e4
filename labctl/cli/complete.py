"""What the shell completes with. One that fails offers nothing: never an error at the prompt."""

from collections.abc import Callable


def _offered(find: Callable[[], list[str]], begun: str) -> list[str]:
    from labctl.errors import LabError

    try:
        return [name for name in find() if name.startswith(begun)]
    except LabError:
        return []


def complete_lab(incomplete: str) -> list[str]:
    """The labs on the engine."""

    def find() -> list[str]:
        from labctl.cli.session import engine

        return [lab.name for lab in engine().labs()]

    return _offered(find, incomplete)


def complete_service(incomplete: str) -> list[str]:
    """The services of the lab that is meant."""

    def find() -> list[str]:
        from labctl.cli.session import engine
        from labctl.verbs.labs import which

        one = engine()
        there = one.find(which(one, None))
        return [s.name for s in there.services] if there else ["postfix", "dovecot"]

    return _offered(find, incomplete)


def complete_shell(incomplete: str) -> list[str]:
    """What `labctl shell` opens."""
    return _offered(lambda: ["postfix", "dovecot", "client"], incomplete)


def complete_image(incomplete: str) -> list[str]:
    """The lab's images."""

    def find() -> list[str]:
        from labctl.engine.images import ALL

        return list(ALL)

    return _offered(find, incomplete)


def complete_account(incomplete: str) -> list[str]:
    """The accounts of the lab that is meant."""

    def find() -> list[str]:
        from labctl.cli.session import engine
        from labctl.verbs.labs import spec_of, which

        one = engine()
        return [a.local_part for a in spec_of(one, which(one, None)).accounts]

    return _offered(find, incomplete)


def complete_definition(incomplete: str) -> list[str]:
    """The built-in definitions; files are the shell's own business."""

    def find() -> list[str]:
        from labctl.definition.load import built_in

        return list(built_in())

    return _offered(find, incomplete)


def complete_exercise(incomplete: str) -> list[str]:
    """The built-in exercises."""

    def find() -> list[str]:
        from labctl.shipped import built_in_exercises

        return sorted(p.parent.name for p in built_in_exercises().glob("*/exercise.yaml"))

    return _offered(find, incomplete)


def complete_profile(incomplete: str) -> list[str]:
    """The profiles."""
    from labctl.model.profile import PROFILES

    return _offered(lambda: list(PROFILES), incomplete)


def complete_message(incomplete: str) -> list[str]:
    """The messages of the lab that is meant, and the word for the newest one."""

    def find() -> list[str]:
        from labctl.cli.session import engine
        from labctl.verbs.labs import which
        from labctl.verbs.tracing import LAST, known_messages

        one = engine()
        return [LAST, *known_messages(one, which(one, None))]

    return _offered(find, incomplete)
