"""A client's issues as a workbook, all checks together or one of them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.exports.kind import Asked, ExportKind
from practice.exports.sheet import workbook
from practice.exports.wording import ISSUE_STATE
from practice.kernel.unit import Unit
from practice.scoring.catalogue import catalogue
from practice.scoring.models import Issue


@dataclass(frozen=True, slots=True)
class Gathered:
    client: str
    on: date
    issues: list[Issue]


async def gather(unit: Unit, asked: Asked) -> Gathered:
    """What is open, or what the screen showed: `state` and `code` of the parameters."""
    assert asked.client_id is not None
    client = await unit.get(Client, asked.client_id)
    chosen = [
        Issue.firm_id == unit.firm_id,
        Issue.client_id == client.id,
        Issue.state == str(asked.params.get("state") or "open"),
    ]
    if asked.params.get("code"):
        chosen.append(Issue.code == str(asked.params["code"]))
    issues = await unit.scalars(
        select(Issue).where(*chosen).order_by(Issue.code, func.coalesce(Issue.date, date.max), Issue.id)
    )
    return Gathered(client.name, unit.now.date(), issues)


def render(gathered: Gathered) -> bytes:
    checks = catalogue()
    return workbook(
        "Issues",
        ["Check", "What", "Detail", "Date", "Amount", "Currency", "Contact", "Account", "Found at (UTC)", "State", "Reason"],
        (
            [
                f"{one.code} {checks[one.code].title}" if one.code in checks else one.code,
                one.title, one.detail, one.date, one.amount, one.currency, one.contact, one.account, one.found_at,
                ISSUE_STATE[one.state], one.dismissed_reason,
            ]
            for one in gathered.issues
        ),
    )  # fmt: skip


KIND = ExportKind(
    kind="issues_xlsx",
    about_client=True,
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    suffix=".xlsx",
    gather=gather,
    name=lambda gathered: f"Issues of {gathered.client} {gathered.on.isoformat()}",
    render=render,
)
