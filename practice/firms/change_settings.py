"""Changes a firm's name, time zone, default visibility, client bundle, or whether its clients are refreshed by night."""

from practice.firms.models import Firm
from practice.firms.time_zones import must_be_time_zone
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit


async def change_settings(
    unit: Unit,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    default_visibility: str | None = None,
    client_bundle: int | None = None,
    nightly_sync: bool | None = None,
) -> Firm:
    """What is None stays. A bundle below what is in use is allowed: nothing is taken away, but nothing more fits."""
    firm = await unit.lock(Firm, unit.firm_id)
    if name is not None and not name.strip():
        raise Invalid([FieldError("/name", "A firm needs a name.")])
    if time_zone is not None:
        must_be_time_zone(time_zone)
    wanted = {
        "name": name.strip() if name else None,
        "time_zone": time_zone,
        "default_visibility": default_visibility,
        "client_bundle": client_bundle,
        "nightly_sync": nightly_sync,
    }
    before = {}
    for column, value in wanted.items():
        if value is not None and value != getattr(firm, column):
            before[column] = getattr(firm, column)
            setattr(firm, column, value)
    if before:
        firm.version += 1
        unit.record("firm.changed", on=firm, before=before, after={column: wanted[column] for column in before})
        unit.changed("firm", firm.id)
    return firm
