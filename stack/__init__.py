"""Everything on one machine: embedded servers, the programs and their supervisor, a mailbox, the demo and the checks.

It starts programs and imports none of them. A production image does not carry it.
"""
