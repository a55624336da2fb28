"""Turns a schema of XDatenfelder, the standard of FIM for forms, into a service file. No I/O but in the command."""

from services.applications.fim.converting import Imported, convert
from services.applications.fim.document import BrokenSchema

__all__ = ["BrokenSchema", "Imported", "convert"]
