"""Contract of every strategy, checked on constructed courses of views."""
