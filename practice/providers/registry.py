"""Finds the providers: every folder beside this file that names one. Asked by connections/ alone."""

from functools import cache
from typing import cast

from practice.kernel.discovery import discover
from practice.kernel.problems import NotFound
from practice.providers.base import Provider


@cache
def providers() -> dict[str, Provider]:
    """By key, in name order."""
    found = (getattr(module, "PROVIDER", None) for module in discover("practice.providers"))
    return {provider.key: cast("Provider", provider) for provider in found if provider is not None}


def provider(key: str) -> Provider:
    """Raises NotFound for one we do not know."""
    try:
        return providers()[key]
    except KeyError as error:
        raise NotFound(detail=f"There is no provider {key!r}.") from error
