"""What tests ask for by name: real servers, a migrated database of their own, an emptied Redis."""

from collections.abc import Iterator

import pytest

from tests.servers import Servers, running_servers


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """A clone of the migrated template, gone after the test."""
    name = servers.fresh_database()
    yield servers.database_url(name)
    servers.drop_database(name)


@pytest.fixture
def redis_url(servers: Servers) -> str:
    return servers.fresh_redis()
