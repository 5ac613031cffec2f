"""The staircase: one file where the work of one floor leads to another's; `plain.py` is the table of the rest."""
