"""The federal catalogue of services: everything the public administration does for people, offered online or not."""

from services.applications.directory.reading import Entry, Listed, Situation, Subject, by_leika_key, listed, subjects

__all__ = ["Entry", "Listed", "Situation", "Subject", "by_leika_key", "listed", "subjects"]
