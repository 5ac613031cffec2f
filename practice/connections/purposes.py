"""What a consent is for: reading organisations' ledgers, or reading a practice's own records. Each has its own tokens."""

from collections.abc import Collection, Mapping
from typing import Literal

Purpose = Literal["ledgers", "practice"]

PURPOSES: Mapping[Purpose, Collection[str]] = {
    "ledgers": ("organisation", "other"),
    "practice": ("practice_manager",),
}
"""By purpose, the kinds of tenant that such a consent connects; others in the provider's list are left alone."""
