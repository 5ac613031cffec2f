"""Files to take away: asked for, written by a worker as the one who asked would see it, kept for a week."""
