"""The HTTP door: it parses, authorises, calls one verb of the house and answers. It decides nothing itself."""
