"""Bulkhead's business: an accounting practice, its clients, their ledgers. Knows neither the API nor the worker."""
