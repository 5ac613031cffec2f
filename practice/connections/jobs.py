"""What connections leave for the background."""

from uuid import UUID

from practice.kernel.jobs import Job, Lane


class ProbeTenant(Job):
    """Find out how large a tenant's ledger is."""

    lane = Lane("probes", width=5)
    tries = 4
    tenant_id: UUID

    @property
    def key(self) -> str:
        return f"probe-tenant:{self.tenant_id}"


class KeepGrant(Job):
    """Refresh a grant that nothing uses, so that it does not lapse after 60 days."""

    grant_id: UUID

    @property
    def key(self) -> str:
        return f"keep-grant:{self.grant_id}"


class GiveBack(Job):
    """Tell the provider that a connection has ended; repeated until it is heard."""

    tries = 12
    connection_id: UUID

    @property
    def key(self) -> str:
        return f"give-back:{self.connection_id}"


class CheckGrant(Job):
    """See whether what a grant reached can still be reached, and under which names."""

    tries = 5
    grant_id: UUID

    @property
    def key(self) -> str:
        return f"check-grant:{self.grant_id}"
