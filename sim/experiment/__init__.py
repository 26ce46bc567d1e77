"""Arms x seeds, with the same random numbers in every arm, kept in a run folder."""
