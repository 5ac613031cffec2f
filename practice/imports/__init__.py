"""Bringing ledgers in, by runs of imports: one import a client, five of a firm at a time, resumable at the page.

Import: queued → importing → scoring → done, or failed, or cancelled; waiting in between. Run: open, paused, finished.
"""
