"""What an import reads is what the checks look at: balances of the period's end, what was removed, and users among it."""

from datetime import date

from practice.ledgers.load_books import load_books
from practice.ledgers.local_day import local_day
from practice.ledgers.models.organisation import Organisation
from tests.practice.imports.conftest import Desk


async def test_everything_the_checks_look_at_arrives_in_the_usual_calls(desk: Desk) -> None:
    await desk.start(desk.clients[0])
    await desk.worked()
    import_ = await desk.import_of(desk.clients[0])
    (organisation,) = await desk.all(Organisation)
    as_of = local_day(desk.clock.now(), organisation.time_zone)
    books = await load_books(desk.ctx, tenant_id=import_.tenant_id, as_of=as_of)
    assert books.absent == {"stated": "no_permission", "assets": "no_permission"}
    assert books.read_on == as_of
    asked = [
        request.url.params.get("date") for request in desk.sent if request.url.path.endswith("/Reports/TrialBalance")
    ]
    assert asked == [books.period_end.isoformat()]
    assert set(books.balances["date"]) == {books.period_end}
    # Debits are credits, in whole cents.
    assert books.balances["cents"].sum() == 0
    assert set(books.balances["account_id"]) <= set(books.accounts["id"])
    assert set(books.removed["status"]) <= {"VOIDED", "DELETED"}
    assert not set(books.removed["id"]) & set(books.documents["id"])
    assert books.users.height > 0
    assert books.lock_history.height == 1
    assert books.bank_history.height == 0


async def test_a_document_that_is_voided_leaves_the_books_and_is_kept_as_removed(desk: Desk) -> None:
    await desk.start(desk.clients[0])
    await desk.worked()
    import_ = await desk.import_of(desk.clients[0])
    books = await load_books(desk.ctx, tenant_id=import_.tenant_id, as_of=date(2026, 11, 21))
    voided = books.documents.filter(kind="invoice")["id"].sort()[0]
    spent = books.bank_transactions["id"].sort()[0]
    await desk.later()
    for resource, id_, status in (("Invoices", voided, "VOIDED"), ("BankTransactions", spent, "DELETED")):
        await desk.control(
            "POST", "change-document", tenant=desk.remote[desk.clients[0]], resource=resource, id=id_,
            fields={"Status": status},
        )  # fmt: skip
    await desk.start(desk.clients[0])
    await desk.worked()
    after = await load_books(desk.ctx, tenant_id=import_.tenant_id, as_of=date(2026, 11, 21))
    removed = dict(after.removed.select("id", "status").iter_rows())
    assert (removed[voided], removed[spent]) == ("VOIDED", "DELETED")
    assert voided not in set(after.documents["id"])
    assert spent not in set(after.bank_transactions["id"])
    assert after.removed.height == books.removed.height + 2
