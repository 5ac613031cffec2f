"""What only we need: switches, faults, the log of calls, and pages that stand for Xero's own screens."""
