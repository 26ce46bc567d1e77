"""The optional mechanisms of a firm, one file each."""
