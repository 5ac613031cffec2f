"""The outside world, as protocols: who can give consent, who keeps a ledger, and how we behave when we ask.

Concrete providers are folders beside this file. Nothing imports them: `registry.py` finds them, and only
`connections/` asks the registry.
"""
