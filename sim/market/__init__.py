"""One market, period by period."""
