"""Which permissions a consent lacks, by what it is for."""

from practice.connections.models import Grant
from practice.providers.registry import provider


def missing_of(grant: Grant) -> list[str]:
    """What the product asks for now and this consent does not give. One to write covers the reading."""
    asked = provider(grant.provider)
    wanted = asked.practice_scopes if grant.purpose == "practice" else asked.scopes
    return [scope for scope in grant.lacks(wanted) if scope.removesuffix(".read") not in grant.scopes]
