"""Documents changed since the start: laid over the ledger, so that an incremental read has something to find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Edit:
    fields: dict[str, Any] | None
    """Xero's field names and new values, laid over the document's own; None: the document is gone without a trace."""
    updated_utc: datetime | None
    """None: changed without a new UpdatedDateUTC, as Xero does with some fields."""


@dataclass
class Edits:
    kept: Callable[[], None] = lambda: None
    _by_tenant: dict[str, dict[tuple[str, str], Edit]] = field(default_factory=dict)

    def for_tenant(self, tenant_id: str) -> dict[tuple[str, str], Edit]:
        """By (resource as Xero names it, document id)."""
        return self._by_tenant.get(tenant_id, {})

    def change(
        self, tenant_id: str, resource: str, document_id: str, fields: dict[str, Any], now: datetime | None
    ) -> Edit:
        """`now` of None keeps the document's UpdatedDateUTC as it is."""
        mine = self._by_tenant.setdefault(tenant_id, {})
        before = mine.get((resource, document_id))
        edit = Edit(
            {**((before.fields or {}) if before else {}), **fields},
            now or (before.updated_utc if before else None),
        )
        mine[resource, document_id] = edit
        self.kept()
        return edit

    def remove(self, tenant_id: str, resource: str, document_id: str) -> None:
        """As if it had never been."""
        self._by_tenant.setdefault(tenant_id, {})[resource, document_id] = Edit(None, None)
        self.kept()

    def undo(self, tenant_id: str, resource: str, document_id: str) -> None:
        """As it was at the start."""
        self._by_tenant.get(tenant_id, {}).pop((resource, document_id), None)
        self.kept()

    def dump(self) -> list[list[Any]]:
        return [
            [tenant, resource, document, edit.fields, edit.updated_utc and edit.updated_utc.isoformat()]
            for tenant, mine in self._by_tenant.items()
            for (resource, document), edit in mine.items()
        ]

    def load(self, kept: list[list[Any]]) -> None:
        for tenant, resource, document, fields, updated in kept:
            mine = self._by_tenant.setdefault(tenant, {})
            mine[resource, document] = Edit(fields, datetime.fromisoformat(updated) if updated else None)

    def clear(self) -> None:
        self._by_tenant.clear()
        self.kept()
