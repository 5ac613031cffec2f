"""Getting in, and nothing else: Identity, Session, ApiKey.

There are no passwords: a person signs in with a provider and is known by its (issuer, subject), never by e-mail. Of a
session's or key's secret only a keyed hash is kept. A session or key is good only while its member is active.
"""
