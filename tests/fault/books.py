"""Small organisations of the sandbox for the tests of faults, and whether what is stored is what Xero has."""

from sandbox.world.organisations import Organisation, organisations
from tests.fault.lab import Lab

STORED = {
    "Contacts": "SELECT count(*) FROM contact WHERE tenant_id = $1",
    "Accounts": "SELECT count(*) FROM account WHERE tenant_id = $1",
    "TaxRates": "SELECT count(*) FROM tax_rate WHERE tenant_id = $1",
    "Users": "SELECT count(*) FROM ledger_user WHERE tenant_id = $1",
    "Invoices": "SELECT count(*) FROM document WHERE tenant_id = $1 AND kind = 'invoice'",
    "CreditNotes": "SELECT count(*) FROM document WHERE tenant_id = $1 AND kind = 'credit_note'",
    "Prepayments": "SELECT count(*) FROM document WHERE tenant_id = $1 AND kind = 'prepayment'",
    "Overpayments": "SELECT count(*) FROM document WHERE tenant_id = $1 AND kind = 'overpayment'",
    "BankTransactions": "SELECT count(*) FROM bank_transaction WHERE tenant_id = $1",
    "BankTransfers": "SELECT count(*) FROM bank_transfer WHERE tenant_id = $1",
    "Payments": "SELECT count(*) FROM payment WHERE tenant_id = $1",
    "ManualJournals": "SELECT count(*) FROM manual_journal WHERE tenant_id = $1",
}


def smallest(seed: int, number: int) -> list[Organisation]:
    """So many of the firm's small organisations, the smallest first."""
    return sorted(organisations(seed)[:60], key=lambda one: one.documents)[:number]


async def stored(lab: Lab, one: Organisation) -> dict[str, int]:
    tenant_id = await lab.value("SELECT id FROM tenant WHERE remote_id = $1", one.tenant_id)
    return {name: await lab.value(query, tenant_id) for name, query in STORED.items()}


async def at_xero(lab: Lab, one: Organisation) -> dict[str, int]:
    truth = (await lab.xero.get(f"/__control/truth/{one.tenant_id}")).json()["rows"]
    return {name: truth[name] for name in STORED}


async def as_at_xero(lab: Lab, chosen: list[Organisation]) -> None:
    """Every organisation has exactly the rows that Xero has."""
    for one in chosen:
        assert await stored(lab, one) == await at_xero(lab, one), one.name
