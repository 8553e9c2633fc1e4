"""Empty all Maildirs of a site, without a mail session and without restarting anything."""

from labctl.engine.protocol import Engine
from labctl.errors import EnvironmentProblem

MAIL = "/srv/mail"
LOG_MARK = f"{MAIL}/.log-mark"  # nanoseconds: `labctl logs` begins there

# One command for all of it: each costs as much as what it does. Sessions are ended first: one that
# stays open would go on with indexes that are gone. Below MAIL are the domains: they are moved
# aside first, so that a delivery under way begins anew and keeps no folder from being removed.
_WIPE = (
    'doveadm kick "*" >/dev/null 2>&1; cd "$0" && mkdir -p .gone || exit; for domain in *; do'
    ' [ ! -e "$domain" ] || mv -- "$domain" ".gone/$domain.$$" || exit; done;'
    ' rm -rf .gone && exec date +%s%N >"$1"'
)


def wipe(engine: Engine, lab: str, service: str = "dovecot") -> None:
    """Remove all of a site's mail, folders and indexes, and mark where the logs begin anew.

    Raises:
        EnvironmentProblem: Dovecot's container does not run, or refused.
    """
    result = engine.exec(lab, service, ["sh", "-c", _WIPE, MAIL, LOG_MARK])
    if result.exit_code:
        raise EnvironmentProblem(
            "the mail could not be removed: {why}",
            remedy="the lab must be running: labctl up",
            why=(result.stderr or result.stdout).strip()[-300:],
        )
