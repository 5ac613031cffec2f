"""What has happened since the start: consents, keys, edits and calls. Small, and it can be reset."""
