"""A stand-in for Xero: sign-in, consent, tokens, limits, errors and ledgers made from a seed, on one local port."""
