"""Which lab is meant, and what it is: every verb begins here."""

from labctl.engine.protocol import Engine
from labctl.engine.values import FoundLab
from labctl.errors import NoSuchAccount, NoSuchLab
from labctl.model.lab import Account, LabSpec
from labctl.model.status import ServiceStatus
from labctl.render.state import load_state

DEFAULT_LAB = "mail"
CLIENT = "client"  # the container of mail clients: a lab is whole without it
CA_FILE = "lab-ca.pem"  # where `labctl ca lab-ca.pem` writes the lab's CA
STATE_FILE = "/etc/labctl/lab.json"  # in Postfix's container, readable by root alone


def _serves(service: ServiceStatus) -> bool:
    return service.state == "running" and service.name != CLIENT


def which(engine: Engine, given: str | None) -> str:
    """The lab that is meant: the one given, else the only one running, else ``mail``."""
    if given:
        return given
    running = [lab.name for lab in engine.labs() if any(_serves(s) for s in lab.services)]
    return running[0] if len(running) == 1 else DEFAULT_LAB


def found(engine: Engine, lab: str) -> FoundLab:
    """The lab as the engine lists it.

    Raises:
        NoSuchLab: there is none.
    """
    there = engine.find(lab)
    if there is None:
        raise NoSuchLab(lab)
    return there


def state_of(engine: Engine, there: FoundLab | None, lab: str) -> LabSpec | None:
    """What the lab was last made to be; ``None`` when nothing of it says so.

    Its state is a file in Postfix's configuration volume; that volume may outlive its container.
    """
    if there is not None and any(s.name == "postfix" for s in there.services):
        try:
            return load_state(engine.read_file(lab, "postfix", STATE_FILE))
        except FileNotFoundError:
            return _state_of_running(engine, there, lab)
    kept = engine.kept_file(lab, "postfix", STATE_FILE)
    # Whatever profile was in force went with the containers.
    return None if kept is None else load_state(kept).usual


def _state_of_running(engine: Engine, there: FoundLab, lab: str) -> LabSpec | None:
    """What only the running Postfix still sees: Compose started it, and its folder is gone since.

    ``None`` for one that was created by an `up` that was killed before it put any file.
    """
    if not any(s.name == "postfix" and s.state == "running" for s in there.services):
        return None
    seen = engine.exec(lab, "postfix", ["cat", STATE_FILE])
    return None if seen.exit_code else load_state(seen.stdout.encode())


def is_kind(service: str, kind: str) -> bool:
    """Whether a service's name is that of a server of that kind: ``postfix``, ``postfix-beta``."""
    return service.partition("-")[0] == kind


def spec_of(engine: Engine, lab: str) -> LabSpec:
    """What a lab that is there was made to be.

    Raises:
        NoSuchLab: there is none, or none that got as far as having a state.
    """
    there = found(engine, lab)
    spec = state_of(engine, there, lab)
    if spec is None:
        raise NoSuchLab(lab)
    return spec.reached_at(there.address)


def account_of(spec: LabSpec, given: str) -> Account:
    """The account of that address, or of that name in the lab's first site that has it.

    Raises:
        NoSuchAccount: there is none.
    """
    for account in spec.accounts:
        if given in (account.address, account.local_part):
            return account
    raise NoSuchAccount(given[:80], ", ".join(a.address for a in spec.accounts))
