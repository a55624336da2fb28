"""What you receive: documents from templates as PDF/A-3a and PDF/UA-1, where they are kept, and how anyone checks them."""
