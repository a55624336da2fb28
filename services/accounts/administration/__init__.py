"""Administration: what administrators of a municipality, and operators everywhere, do with offices and staff.

What lies outside of what one administers does not exist: always not_found. Every change is in the audit log, old and new.
"""
