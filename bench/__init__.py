"""Benchmarks: what this product does beside what others do and what the machine can do, measured in the same minutes."""
