"""Contract of every strategy, checked on constructed sequences of views."""
