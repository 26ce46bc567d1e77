"""Who the customers are: traits, columns, network, records, and a row as Mesa sees it."""
