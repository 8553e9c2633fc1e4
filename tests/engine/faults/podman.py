"""Podman, Debian's own, by its Docker-compatible socket, in namespaces of its own."""

import shutil
from contextlib import suppress
from pathlib import Path

import psutil

from tests.engine.faults.private_engine import PrivateEngine

PACKAGES = ("podman", "runc", "netavark", "aardvark-dns", "iptables")
_NETWORKS = Path("/usr/lib/podman/netavark")
# What Podman would otherwise share with whoever uses it on this machine, too.
_SETTINGS = """\
[engine]
cgroup_manager = "cgroupfs"
lock_type = "file"
runtime = "runc"
[network]
network_backend = "netavark"
"""
_ALONE = 'mkdir -p /run/containers && mount -t tmpfs none /run/containers && exec "$@"'


class Podman(PrivateEngine):
    """Podman's API service as root, with everything it keeps in the tests' folder."""

    def _program(self) -> list[str]:
        place = self.folder
        settings = place / "containers.conf"
        settings.write_text(_SETTINGS, "utf-8")
        return [
            *("sh", "-c", _ALONE, "sh", "env", f"CONTAINERS_CONF={settings}"),
            *("podman", "--root", f"{place}/data", "--runroot", f"{place}/exec"),
            *("--tmpdir", f"{place}/tmp", "--network-config-dir", f"{place}/networks"),
            *("system", "service", "--time", "0", self.url),
        ]

    def remove(self) -> None:
        """End everything that was started here, and remove the folder."""
        super().remove()
        for group in sorted(Path("/sys/fs/cgroup").glob("*/libpod_parent/**/"), reverse=True):
            with suppress(OSError):  # another Podman's
                group.rmdir()
        assert not self.folder.exists()

    def _processes(self) -> list[psutil.Process]:
        """Whatever is in this engine's network: the service, its monitors, its DNS server."""
        if self._holder.poll() is not None:
            return []
        ours = Path(f"/proc/{self._holder.pid}/ns/net").readlink()
        return [p for p in psutil.process_iter() if p.pid != self._holder.pid and _in(p, ours)]


def _in(process: psutil.Process, network: Path) -> bool:
    try:
        return Path(f"/proc/{process.pid}/ns/net").readlink() == network
    except OSError:  # it has ended
        return False


def there() -> bool:
    """Whether Podman is installed, with its networks."""
    return shutil.which("podman") is not None and _NETWORKS.exists()
