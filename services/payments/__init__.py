"""What it costs: payments, mandates, collection by direct debit, refunds."""
