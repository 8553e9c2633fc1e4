"""From the words of `labctl up` to a Wish."""

from pathlib import Path

from labctl.engine.protocol import Engine
from labctl.errors import BadUsage
from labctl.model.lab import LAB_NAME
from labctl.model.workshop import Person
from labctl.verbs.labs import which
from labctl.verbs.up import Wish
from labctl.verbs.workshop_plan import RoomWish


def ports_of(text: str | None) -> str | int | None:
    """``documented``, ``free`` or a base.

    Raises:
        BadUsage: neither.
    """
    if text is None or text in ("documented", "free"):
        return text
    if text.isascii() and text.isdecimal() and 1024 <= int(text[:6]) <= 65435:
        return int(text)
    raise BadUsage(
        "--ports is documented, free or a base from 1024 to 65435, not {text}",
        text=ascii(text[:40]),
    )


def wish_of(
    engine: Engine,
    definition: str | None,
    name: str | None,
    ports: str | None,
    bind: str | None,
    own_domain: bool,
) -> tuple[Wish, str]:
    """What is wished, and the name of the lab.

    Raises:
        BadDefinition, BadUsage: one of the words is wrong.
    """
    if name is not None and not LAB_NAME.fullmatch(name):
        raise BadUsage(
            "a lab's name is 1 to 40 of a-z 0-9 _ - and begins with a letter or digit, not {name}",
            name=ascii(name[:60]),
        )
    found = None
    if definition is not None:
        from labctl.definition.load import load

        found = load(definition, own_domain=own_domain)
    if bind is not None:
        _check_address(bind)
    wish = Wish(found, ports_of(ports), bind)  # all words are checked before the engine is asked
    return wish, name or (found.name if found else which(engine, None))


def room_wish(
    seats: int | None,
    roster: Path | None,
    definition: str | None,
    base: int | None,
    bind: str | None,
    *,
    gateway: bool,
    own_domain: bool,
) -> RoomWish:
    """What is wished of a workshop.

    Raises:
        BadRoster, BadDefinition, BadUsage: one of the words is wrong.
    """
    if seats is not None and roster is not None:
        raise BadUsage(
            "--seats and --roster exclude each other", remedy="a roster says how many there are"
        )
    people: tuple[Person, ...] = ()
    if roster is not None:
        from labctl.definition.roster import load as load_roster

        people = load_roster(roster)
    found = None
    if definition is not None:
        from labctl.definition.load import load

        found = load(definition, own_domain=own_domain)
    if bind is not None:
        _check_address(bind)
    return RoomWish(seats or 0, people, found, base, bind, gateway)


def _check_address(bind: str) -> None:
    from ipaddress import ip_address

    try:
        ip_address(bind)
    except ValueError:
        raise BadUsage(
            "--bind is an IP address of this machine, such as 127.0.0.1, not {bind}",
            bind=ascii(bind[:60]),
        ) from None
