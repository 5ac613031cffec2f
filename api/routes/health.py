"""Whether the process lives, and whether the product is ready."""

from fastapi import APIRouter, Response

from api.deps import RuntimeDep
from api.readiness import checks_of
from api.wire import Out

router = APIRouter(prefix="/health", tags=["health"])


class Health(Out):
    """One word for the whole, and one for each part."""

    status: str
    checks: dict[str, str]


@router.get("/alive")
async def alive() -> Health:
    """Answers as long as the process does; asks nothing of anybody else."""
    return Health(status="ok", checks={})


@router.get("/ready", responses={503: {"model": Health, "description": "Not yet: the database or its tables are missing."}})
async def ready(rt: RuntimeDep, response: Response) -> Health:
    """200 when the database answers and has this version's tables. Redis away is `degraded`, and still ready."""
    checks = await checks_of(rt)
    if checks["database"] != "ok" or checks["migrations"] != "ok":
        response.status_code = 503
        return Health(status="unavailable", checks=checks)
    return Health(status="degraded" if checks["redis"] != "ok" else "ok", checks=checks)
