"""The services of the catalogue: one YAML file each, read and checked once per process."""

from services.applications.catalogue.reading import CatalogueError, Service, read, services

__all__ = ["CatalogueError", "Service", "read", "services"]
