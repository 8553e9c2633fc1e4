"""tcpdump beside a service that goes on when labctl has ended, and keeps what it heard to be asked.

It holds the last 16 MB of some hours, in memory of its own; it goes when it is told to, or with the
lab.
"""

import contextlib
import io
import tarfile
import uuid

from labctl.engine.api import Api
from labctl.engine.capture import listener
from labctl.engine.explain import absent, status_code
from labctl.engine.following import Lines, follow_log
from labctl.engine.remove import remove_container
from labctl.engine.undisturbed import undisturbed
from labctl.errors import EnvironmentProblem

_LONGEST = "6h"
_FOLDER = "/overheard"
_CONFLICT = 409
_LISTENS = "listening on"
# A datagram that the listener itself sends to the network's gateway, as /proc/net/route names it:
# once it is heard, so is all that was on the wire before.
_MARK = "udp port 9"
_ASK = r"""
while read -r _ target to _; do [ "$target" = 00000000 ] && break; done < /proc/net/route
gateway=$((0x${to:6:2})).$((0x${to:4:2})).$((0x${to:2:2})).$((0x${to:0:2}))
printf %s "$1" > "/dev/udp/$gateway/9"
for _ in $(seq 500); do
  if grep -qsF -e "$1" /overheard/*; then exec tar -C /overheard -cf - .; fi
done
exit 1
"""


def listen(api: Api, lab: str, beside: str, image: str, name: str, expression: str) -> None:
    """Have a container called ``name`` listen beside a service; one that does already goes on.

    It hears everything from now on.

    Raises:
        EnvironmentProblem: tcpdump did not start.
    """
    if _runs(api, name):
        return
    remove_container(api, name)
    # The older of two files is written anew when the younger one is full.
    files = ["-C", "8", "-W", "2", "-w", f"{_FOLDER}/heard"]
    body = listener(lab, beside, image, [_LONGEST, *files, f"{expression} or {_MARK}"])
    body["HostConfig"] |= {
        "Tmpfs": {_FOLDER: "size=20m,mode=0700"},
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}},  # two lines: it listens
    }
    try:
        undisturbed(lambda: api.create_container_from_config(body, name))
        api.start(name)
        _wait(follow_log(api, name, 0))
    except BaseException:
        with contextlib.suppress(Exception):
            remove_container(api, name)
        raise


def _runs(api: Api, name: str) -> bool:
    try:
        return bool(api.inspect_container(name)["State"]["Running"])
    except Exception as error:
        if absent(error):
            return False
        raise


def _wait(log: Lines) -> None:
    said = ""
    with contextlib.closing(log):
        for line in log:
            said += line.text
            if _LISTENS in said:
                return
    raise EnvironmentProblem("tcpdump did not start: {why}", why=said.strip()[-300:])


def overheard(api: Api, name: str) -> list[bytes]:
    """What it has heard by now, as pcap files; nothing when it does not listen (any more)."""
    mark = f"labctl-mark-{uuid.uuid4().hex}"
    try:
        made = api.exec_create(name, ["bash", "-c", _ASK, "bash", mark])["Id"]
        packed, _ = api.exec_start(made, demux=True)
    except Exception as error:
        if absent(error) or status_code(error) == _CONFLICT:  # gone, or over
            return []
        raise
    if not packed:
        raise EnvironmentProblem("tcpdump does not write what it hears")
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r|") as files:
        found = (files.extractfile(one) for one in files if one.isfile())
        return [file.read() for file in found if file]
