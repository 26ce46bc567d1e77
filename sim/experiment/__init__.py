"""Arms x seeds, with the same luck in every arm, kept in a run folder."""
