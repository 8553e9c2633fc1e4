"""Virtual cables between network namespaces, by rtnetlink: not every machine has `ip`.

Sources: rtnetlink(7), veth(4), linux/if_link.h, netdevice(7).
"""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Interface
from pathlib import Path

_NEW_LINK, _NEW_ADDRESS, _ERROR = 16, 20, 2
_REQUEST, _ACK, _EXCLUSIVE, _CREATE = 0x1, 0x4, 0x200, 0x400
_NAME, _MASTER, _INFO, _NAMESPACE_OF = 3, 10, 18, 19
_INFO_KIND, _INFO_DATA, _VETH_PEER = 1, 2, 1
_ADDRESS, _LOCAL = 1, 2
_UP = 1
_CLONE_NEWNET = 0x40000000


@contextmanager
def inside(pid: int) -> Iterator[None]:
    """This thread in the network namespace of a process; sockets opened here stay there."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    here, there = Path("/proc/thread-self/ns/net"), Path(f"/proc/{pid}/ns/net")
    with here.open("rb") as own, there.open("rb") as other:
        _enter(libc.setns(other.fileno(), _CLONE_NEWNET), ctypes.get_errno())
        try:
            yield
        finally:
            _enter(libc.setns(own.fileno(), _CLONE_NEWNET), ctypes.get_errno())


def _enter(answer: int, error: int) -> None:
    if answer:
        raise OSError(error, os.strerror(error))


def bridge(name: str) -> None:
    """Make a bridge where this thread is, and set it up."""
    _link(_attribute(_NAME, _text(name)) + _kind("bridge"))
    up(name)


def cable(name: str, master: str, peer: str, pid: int) -> None:
    """Lay a cable from a bridge here to the namespace of a process, where its end is ``peer``."""
    far = bytes(16) + _attribute(_NAME, _text(peer)) + _attribute(_NAMESPACE_OF, _number(pid))
    about = _kind("veth", _attribute(_VETH_PEER, far))
    upon = _attribute(_MASTER, _number(socket.if_nametoindex(master)))
    _link(_attribute(_NAME, _text(name)) + upon + about)
    up(name)


def address(name: str, own: IPv4Interface) -> None:
    """Give an interface here its address, and set it up."""
    index = socket.if_nametoindex(name)
    head = struct.pack("BBBBI", socket.AF_INET, own.network.prefixlen, 0, 0, index)
    both = _attribute(_LOCAL, own.ip.packed) + _attribute(_ADDRESS, own.ip.packed)
    _ask(_NEW_ADDRESS, head + both, _CREATE | _EXCLUSIVE)
    up(name)


def down(name: str) -> None:
    """Pull a cable here: nothing passes any more."""
    _link(b"", socket.if_nametoindex(name), up=False)


def up(name: str) -> None:
    """Plug a cable in again here."""
    _link(b"", socket.if_nametoindex(name), up=True)


def _link(attributes: bytes, index: int = 0, *, up: bool = False) -> None:
    head = struct.pack("BxHiII", 0, 0, index, _UP if up else 0, _UP if index else 0)
    _ask(_NEW_LINK, head + attributes, 0 if index else _CREATE | _EXCLUSIVE)


def _kind(name: str, data: bytes = b"") -> bytes:
    about = _attribute(_INFO_KIND, _text(name))
    return _attribute(_INFO, about + (_attribute(_INFO_DATA, data) if data else b""))


def _text(word: str) -> bytes:
    return word.encode() + b"\0"


def _number(value: int) -> bytes:
    return struct.pack("I", value)


def _attribute(kind: int, payload: bytes) -> bytes:
    padding = bytes(-len(payload) % 4)
    return struct.pack("HH", 4 + len(payload), kind) + payload + padding


def _ask(kind: int, body: bytes, flags: int) -> None:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        flags |= _REQUEST | _ACK
        kernel.send(struct.pack("IHHII", 16 + len(body), kind, flags, 1, 0) + body)
        answer = kernel.recv(65536)
    _, answered, *_ = struct.unpack_from("IHHII", answer)
    (error,) = struct.unpack_from("i", answer, 16)
    if answered == _ERROR and error:
        raise OSError(-error, os.strerror(-error))
