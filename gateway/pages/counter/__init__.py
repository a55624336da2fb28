"""The counter of an identity officer."""

from gateway.pages.counter.checks import Check, Counter, NewAccount
from gateway.pages.counter.pending import Pending, PendingCheck
from gateway.pages.counter.people import Find, Letter, LostFactors, Revoke

__all__ = ["Check", "Counter", "Find", "Letter", "LostFactors", "NewAccount", "Pending", "PendingCheck", "Revoke"]
