"""What a firm offers, spends and knows."""
