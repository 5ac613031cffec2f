"""One file each: what can be taken away."""
