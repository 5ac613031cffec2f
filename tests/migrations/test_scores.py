"""Firms that have scores already get those of the profile that ships, once a worker comes by."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.migrations.test_migrations import empty
from tests.servers import Servers

__all__ = ["empty"]

FIRMS = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")


async def test_each_firm_with_scores_is_weighed_once(servers: Servers, empty: str) -> None:
    servers.migrate(empty, to="0006")
    engine = create_async_engine(servers.database_url(empty))
    try:
        async with engine.begin() as connection:
            # Whose client a score is of does not matter here.
            await connection.execute(text("SET session_replication_role = replica"))
            for firm, cards in zip(FIRMS, (2, 0), strict=True):
                for _ in range(cards):
                    await connection.execute(
                        text(
                            "INSERT INTO scorecard (firm_id, id, client_id, as_of, period_end, value, band, provisional,"
                            " coverage, profile, profile_version, entries, checks, scored_at) VALUES (:firm,"
                            " gen_random_uuid(), gen_random_uuid(), '2026-11-21', '2026-10-31', 71, 'healthy', false, 100,"
                            " 'first', 1, '[]', '{}', now())"
                        ),
                        {"firm": firm},
                    )
        await engine.dispose()
        servers.migrate(empty, to="0007")
        async with engine.connect() as connection:
            jobs = (await connection.execute(text("SELECT firm_id::text, name, args, key, state FROM job"))).all()
            walls = (
                await connection.execute(
                    text("SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('job', 'scorecard')")
                )
            ).scalar_one()
    finally:
        await engine.dispose()
    assert [tuple(job) for job in jobs] == [
        (FIRMS[0], "weigh_clients", {"once_more": False}, "weigh-clients", "queued")
    ]
    assert walls
