"""The customers: traits, columns, network, records, and a row as Mesa sees it."""
