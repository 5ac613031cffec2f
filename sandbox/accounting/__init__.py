"""Answers api.xro/2.0, the reading half: what an importer asks of an organisation's books."""
