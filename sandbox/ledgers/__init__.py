"""Writes three years of books for each organisation, with flaws in known places, and reads them back a page at a time."""
