"""The reviewed import from Xero Practice Manager: fetch, propose, decide, confirm, apply, undo.

A snapshot is what XPM answered at one time, a row for each member of staff and each client. Nothing is written to clients
before it is confirmed; what is then done with each row stands on the row, so that applying can stop and go on anywhere.
"""
