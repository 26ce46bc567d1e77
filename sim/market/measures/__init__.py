"""Measures computed from a market's state and never stored."""
