"""One file per resource. Being in this folder is being mounted: every module's `router` goes under /api/v1, in name order."""
