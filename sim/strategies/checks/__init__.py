"""What every strategy owes, checked on made-up courses of what a firm sees."""
