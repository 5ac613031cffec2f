"""After a restore and before anything else runs: nobody is signed in, and every firm's record says so (promises S74).

`python -m admin.after_restore`, with the settings of the worker. Jobs that were running then are taken back by the sweeper.
"""

import asyncio

import structlog

from practice.access.sign_everybody_out import sign_everybody_out
from practice.firms.note_restored import note_restored
from practice.firms.reads import every_firm
from practice.kernel.actor import Actor
from practice.kernel.logging import configure_logging
from practice.kernel.prove_keys import prove_keys
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings


async def after_restore(rt: Runtime) -> tuple[int, int]:
    """Answers how many sessions were ended, and how many firms there are."""
    await prove_keys(rt.lent)
    door = rt.context(Actor.door())
    async with door.unit() as unit:
        ended = await sign_everybody_out(unit)
    firms = await every_firm(door)
    for firm in firms:
        async with firm.unit() as unit:
            await note_restored(unit)
    return ended, len(firms)


async def _main(settings: Settings) -> None:
    async with Runtime.open(settings) as rt:
        ended, firms = await after_restore(rt)
    structlog.get_logger().info("restore.noted", sessions_ended=ended, firms=firms)


def main() -> None:
    """`python -m admin.after_restore`."""
    settings = Settings()
    configure_logging(settings.log_level, as_json=settings.environment == "production")
    asyncio.run(_main(settings))


if __name__ == "__main__":
    main()
