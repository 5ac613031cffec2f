"""The letters, one file each: which entries it answers, whom it tells, and what it says."""
