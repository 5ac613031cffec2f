"""Benchmarks: how fast, measured here and by the same commands everywhere."""
