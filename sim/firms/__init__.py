"""Firms: their offers, their spending and their knowledge."""
