"""Places where a test may end, stop or break the process: `FAILPOINT=before_commit:exit`, or `:sleep=40`, `:raise`.

A third part names whom it concerns, such as one tenant: `FAILPOINT=before_commit:exit:<tenant id>`. Settings refuse
to start a production with one.
"""

import os
import signal
import time

from practice.kernel.settings import Settings


class FailpointReached(RuntimeError):
    """What `raise` raises."""


def failpoint(settings: Settings, name: str, about: object = "") -> None:
    """Does what FAILPOINT says for this place; nothing, where it names another."""
    if not settings.failpoint:
        return
    place, does, *whom = settings.failpoint.split(":", 2)
    if place != name or (whom and whom[0] != str(about)):
        return
    match does.partition("="):
        case ("exit", _, _):
            # As kill -9 would: nothing is handed back, nothing flushed.
            os.kill(os.getpid(), signal.SIGKILL)
        case ("sleep", _, seconds):
            # The whole process stands still, its heartbeats too.
            time.sleep(float(seconds))
        case _:
            raise FailpointReached(name)
