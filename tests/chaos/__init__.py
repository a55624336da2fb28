"""Kills processes at random under load, then counts: nothing lost, nothing twice. Three controls prove that it can fail."""
