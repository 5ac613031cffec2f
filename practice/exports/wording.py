"""What a value is called in a file that a person opens: as on the screens."""

BAND = {"healthy": "Healthy", "attention": "Needs attention", "at_risk": "At risk", "unscored": "Not scored"}
VISIBILITY = {"whole_team": "Whole team", "xero_users": "Xero users only", "specific_people": "Specific people"}
ISSUE_STATE = {"open": "Open", "snoozed": "Snoozed", "dismissed": "Set aside", "fixed": "Fixed here", "resolved": "Resolved"}
