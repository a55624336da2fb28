"""The whole errand over HTTP against a running portal, told step by step."""
