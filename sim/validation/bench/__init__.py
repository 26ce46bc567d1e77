"""Throughput and memory, beside plain Mesa and plain C."""
