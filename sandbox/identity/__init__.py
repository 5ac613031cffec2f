"""Xero's login and identity hosts and its connections: sign-in, consent, tokens, discovery."""
