"""Answers api.xro/2.0: what an importer asks of an organisation's books, and changes to contacts and accounts."""
