"""Putting an issue right at its source: previewed, written to Xero once, read back, and undone where that is possible.

What is written is a contact's default, a contact's or account's archiving, a tax number: nothing that carries a date, so
no lock date stands in the way and no closed period changes.
"""
