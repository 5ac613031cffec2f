"""Passes deliveries on after they were answered: one pass at a time in this process, however many arrive meanwhile."""

import structlog

from practice.imports.pass_on_deliveries import pass_on_deliveries
from practice.kernel.context import Context
from practice.kernel.database import trouble_of


class Passing:
    """One for each app. Whoever comes while a pass is at work leaves word, and that pass looks once more."""

    def __init__(self) -> None:
        self._at_work = False
        self._again = False

    async def on(self, door: Context) -> None:
        """What cannot be passed on now is written down: the worker's timetable does it within a minute."""
        self._again = True
        if self._at_work:
            return
        self._at_work = True
        try:
            while self._again:
                self._again = False
                await pass_on_deliveries(door)
        except Exception as error:
            if trouble_of(error) is None:
                raise
            structlog.get_logger().warning("deliveries.postponed", kind=type(error).__name__)
        finally:
            self._at_work = False
