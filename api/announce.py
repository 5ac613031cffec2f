"""At the start of an installation without a firm: prints the one link that founds the first."""

import sys

import structlog
from sqlalchemy.exc import SQLAlchemyError

from practice.access.issue_setup_link import issue_setup_link
from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime


async def announce_setup(rt: Runtime) -> None:
    """A database that is not ready is told by /health/ready; it does not stop the start."""
    try:
        async with rt.context(Actor.door()).unit() as unit:
            link = await issue_setup_link(unit)
    except (SQLAlchemyError, OSError) as error:
        structlog.get_logger().warning("setup.not_announced", kind=type(error).__name__)
        return
    if link:
        # Straight to the terminal: the log's redactor rightly takes secrets out of a line.
        sys.stderr.write(f"\nNo firm yet. Open this link once, within a day, to found it:\n  {link}\n\n")
        sys.stderr.flush()
