"""Throughput and memory, beside plain Mesa and C; what a user waits for."""
