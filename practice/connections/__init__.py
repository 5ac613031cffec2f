"""Consent, custody, the one way out and the one way in.

Nouns: a *grant* is one Xero user's consent with its tokens; a *tenant* is an organisation or practice it can see; a
*connection* is the firm's link to one tenant, with the grants that reach it in order. Tokens are sealed at rest, are
refreshed by one process at a time, are lent only inside this slice, and never enter Redis, a job, a log or a problem.
"""
