"""What you want: catalogue, forms, drafts, cart, orders, cases, the clerks' queue."""
