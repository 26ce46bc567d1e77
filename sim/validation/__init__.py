"""Is the model right? Laws, facts, concepts, screening, benchmark."""
