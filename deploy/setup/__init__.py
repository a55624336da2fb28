"""Brings a fresh clone to where it can run: Python packages, front-end packages. Standard library only."""
