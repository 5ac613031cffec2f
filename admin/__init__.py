"""The operator's door: a command each, for whoever runs an installation. It decides nothing itself."""
