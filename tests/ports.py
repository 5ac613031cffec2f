"""A port that is nobody else's from the moment it is chosen, also while nothing listens on it yet or any more."""

import platform
import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A socket is bound to it and never listens: calls are refused, a server that is told the number gets it (all of them
    say SO_REUSEADDR), and nobody else is given it for a call or a server of theirs, as happens to a port that is let go.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        if platform.system() != "Linux":
            held.close()  # elsewhere a bound socket keeps the server away, too
        yield port
