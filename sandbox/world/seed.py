"""Turns a seed and a subject into random numbers and ids, so that a change to one subject moves no other."""

import hashlib
import random
from uuid import UUID

Seed = int | str


def _digest(seed: Seed, subject: tuple[object, ...]) -> bytes:
    return hashlib.sha256("/".join(map(str, (seed, *subject))).encode()).digest()


def stream(seed: Seed, *subject: object) -> random.Random:
    return random.Random(_digest(seed, subject))


def identifier(seed: Seed, *subject: object) -> str:
    return str(UUID(bytes=_digest(seed, ("id", *subject))[:16], version=4))
