"""Names the accounting practices of a seed."""

from dataclasses import dataclass
from functools import lru_cache

from .seed import Seed, identifier


@dataclass(frozen=True, slots=True)
class Practice:
    tenant_id: str
    name: str
    country: str


@lru_cache(maxsize=8)
def practices(seed: Seed) -> tuple[Practice, ...]:
    return (Practice(identifier(seed, "practice", 0), "Ironbark & Rimu Accounting", "AU"),)
