"""How fast the house is, measured beside what others do on the same machine in the same run."""
