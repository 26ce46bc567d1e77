"""The classroom: a market in the browser, lessons, and the texts of both in English and Chinese."""
