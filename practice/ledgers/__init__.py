"""An organisation's books, keyed by tenant: stored page by page, loaded as columns for judgement."""
