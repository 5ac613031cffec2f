"""The desk of the import tests, for faults that need no process of their own."""

from tests.practice.imports.conftest import desk, ledgers

__all__ = ["desk", "ledgers"]
