"""Everything that a user may set: settings, arms, expectations, events, files, overrides."""
