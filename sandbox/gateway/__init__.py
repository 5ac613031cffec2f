"""What stands before every answer, in Xero's order: fault, token, tenant, scope, limit."""
