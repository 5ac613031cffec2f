"""The background door: claims jobs, runs them a slice at a time, settles them."""
