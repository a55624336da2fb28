"""The search over everything the administration does for people, as people type it, in memory of the process."""

from services.applications.search.searching import search_services

__all__ = ["search_services"]
