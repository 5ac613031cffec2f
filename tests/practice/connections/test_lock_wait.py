"""What PostgreSQL says when a lock is not to be had, as refresh_grant reads it."""

import pytest
from sqlalchemy import text

from practice.connections.models import Grant
from practice.connections.refresh_grant import refresh_grant
from practice.providers.problems import Unavailable
from tests.practice.connections.conftest import World


async def test_whoever_waits_too_long_for_the_lock_looks_again_and_comes_back_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await world.another_process()
    async with world.ctx.unit() as held:
        await held.lock(Grant, world.grant_id)
        real = other.lent.sessions

        def impatient() -> object:
            session = real()
            begun = session.execute

            async def execute(statement: object, *args: object, **kwargs: object) -> object:
                if "set_config('role'" in str(statement):
                    await begun(text("SET LOCAL lock_timeout = '50ms'"))
                return await begun(statement, *args, **kwargs)  # type: ignore[call-overload]

            session.execute = execute  # type: ignore[method-assign,assignment]
            return session

        object.__setattr__(other.lent, "sessions", impatient)
        with pytest.raises(Unavailable) as raised:
            await refresh_grant(other, grant_id=world.grant_id, refused=1)
    assert raised.value.extensions["reason"] == "refresh_underway"
    assert world.xero.calls.total() == 0
