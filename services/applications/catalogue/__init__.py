"""Services of the catalogue: how their texts are read and checked, and those that come with the portal, one YAML file each."""

from services.applications.catalogue.reading import (
    CatalogueError,
    Mistake,
    Service,
    TextError,
    defined,
    definition,
    read,
    read_text,
    services,
    source,
)

__all__ = [
    "CatalogueError",
    "Mistake",
    "Service",
    "TextError",
    "defined",
    "definition",
    "read",
    "read_text",
    "services",
    "source",
]
