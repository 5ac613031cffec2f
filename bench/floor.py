"""The floor: reads what we read, five calls at a time, and stores nothing: `python -m bench.floor SETTINGS.json`.

The same endpoints, the same page size and the same number of calls at once as our importer: what any Python reader must
pay at least. Writes its counts as JSON to the file that the settings name.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

AT_ONCE = 5
CLIENTS_AT_ONCE = 5
PAGED = (
    "Contacts", "Invoices", "CreditNotes", "Prepayments", "Overpayments", "BankTransactions", "Payments", "ManualJournals",
)  # fmt: skip
UNPAGED = {
    "Organisation": "Organisations",
    "Users": "Users",
    "Accounts": "Accounts",
    "TaxRates": "TaxRates",
    "BankTransfers": "BankTransfers",
    "Reports/TrialBalance": "Reports",
    "Reports/BankSummary": "Reports",
}


class Reader:
    """Reads one organisation."""

    def __init__(self, http: httpx.AsyncClient, base: str, token: str, tenant: str, page_size: int) -> None:
        self.http, self.base, self.page_size = http, base, page_size
        self.headers = {"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant, "Accept": "application/json"}
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.rows: Counter[str] = Counter()
        self.calls = 0

    async def read(self) -> None:
        await asyncio.gather(
            *(self._paged(name) for name in PAGED), *(self._whole(path, key) for path, key in UNPAGED.items())
        )

    async def _get(self, path: str, **params: Any) -> Any:
        async with self.gate:
            answer = await self.http.get(f"{self.base}/api.xro/2.0/{path}", params=params, headers=self.headers)
        self.calls += 1
        return json.loads(answer.raise_for_status().content)

    async def _whole(self, path: str, key: str) -> None:
        self.rows[key] += len((await self._get(path))[key])

    async def _paged(self, name: str) -> None:
        more = {"includeArchived": "true"} if name == "Contacts" else {}
        first = await self._get(name, page=1, pageSize=self.page_size, **more)
        self.rows[name] += len(first[name])
        others = range(2, first["pagination"]["pageCount"] + 1)
        for body in await asyncio.gather(*(self._get(name, page=page, pageSize=self.page_size, **more) for page in others)):
            self.rows[name] += len(body[name])


async def main(settings: dict[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    limits = httpx.Limits(max_connections=AT_ONCE * CLIENTS_AT_ONCE)
    async with httpx.AsyncClient(timeout=120, limits=limits, trust_env=False) as http:
        base = settings["api_base"]
        answer = await http.post(
            f"{base}/connect/token",
            auth=(settings["client_id"], settings["client_secret"]),
            data={"grant_type": "refresh_token", "refresh_token": settings["refresh_token"]},
        )
        token = answer.raise_for_status().json()["access_token"]
        places = asyncio.Semaphore(CLIENTS_AT_ONCE)
        ended: list[float] = []

        async def one(tenant: str) -> Reader:
            async with places:
                reader = Reader(http, base, token, tenant, settings["page_size"])
                await reader.read()
                ended.append(time.perf_counter() - began)
                return reader

        readers = await asyncio.gather(*(one(tenant) for tenant in settings["tenants"]))
    rows = sum((reader.rows for reader in readers), Counter[str]())
    return {
        "rows": dict(rows),
        "calls": sum(reader.calls for reader in readers),
        "read_s": time.perf_counter() - began,
        "ended_s": ended,
    }


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text())
    Path(told["result"]).write_text(json.dumps(asyncio.run(main(told))))
