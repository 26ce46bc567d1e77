"""What is computed from a market's state and never stored."""
