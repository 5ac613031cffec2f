"""Our record and theirs, and what both last agreed on.

A link ties a client or a member to the record with this id in another practice's system. `base` is what both sides last
agreed on, field by field: with it a change here is told from a change there (xpm.md 3.4).
"""
