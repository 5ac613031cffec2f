"""The ground floor: transactions, jobs, the record, problems and settings, with no business words."""
