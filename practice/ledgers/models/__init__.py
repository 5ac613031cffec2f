"""An organisation's books as rows: by tenant and Xero's own id, upserted, never duplicated. Amounts are minor units."""
