"""What the control page asks of the ledgers: a document's own page, a change to one, the truth about what was planted."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..gateway.chain import Sandbox


def change(sandbox: Sandbox, tenant_id: str, resource: str, document_id: str | None) -> dict[str, Any]:
    raise NotImplementedError


def truth(sandbox: Sandbox, tenant_id: str) -> dict[str, Any]:
    raise NotImplementedError


def forget(sandbox: Sandbox) -> None:
    pass


def shown(sandbox: Sandbox, short_code: str, path: str) -> Response:
    raise NotImplementedError
