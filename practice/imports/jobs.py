"""The job of importing one client's ledger. Here, once, it says five at a time."""

from uuid import UUID

from practice.kernel.jobs import Job, Lane

FIVE_AT_A_TIME = Lane("imports", width=5)


class ImportLedger(Job):
    """Read a client's books from Xero; then they are scored."""

    queue, tries, lane = "slow", 8, FIVE_AT_A_TIME
    import_id: UUID
    client_id: UUID

    @property
    def key(self) -> str:
        return key_of(self.client_id)


class FeedNight(Job):
    """See which of the firm's clients the night comes to next."""

    @property
    def key(self) -> str:
        return "feed-night"


class ReadDeliveries(Job):
    """Read the documents of an organisation that Xero said have changed."""

    lane = Lane("deliveries", width=5)
    tenant_id: UUID

    @property
    def key(self) -> str:
        return f"read-deliveries:{self.tenant_id}"


class ContinueImports(Job):
    """Organisations can be read again: go on with the imports that stopped for want of a connection."""

    entry: int
    """The line of the record that says so: one that comes while another is being answered is answered too."""

    @property
    def key(self) -> str:
        return f"continue-imports:{self.entry}"


def key_of(client_id: UUID) -> str:
    """Never two at once for one client."""
    return f"import-ledger:{client_id}"
