"""Who you are, and where: the entities of `accounts`, one module for each kind of thing."""

from services.accounts.model.account import Account, StaffRole
from services.accounts.model.entity import Entity
from services.accounts.model.network import Municipality, Network, Office
from services.accounts.model.profile import ProfileValue
from services.accounts.model.session import (
    ATTEMPTS_FORGOTTEN,
    FREE_ATTEMPTS,
    LONGEST_WAIT,
    SESSION_IDLES,
    SESSION_LASTS,
    TOUCH_EVERY,
    SignedInSession,
    SignInAttempts,
)
from services.accounts.model.verification import ActivationLetter, CodeAttempts, IdentityCheck, VisitCode

__all__ = [
    "ATTEMPTS_FORGOTTEN",
    "FREE_ATTEMPTS",
    "LONGEST_WAIT",
    "SESSION_IDLES",
    "SESSION_LASTS",
    "TOUCH_EVERY",
    "Account",
    "ActivationLetter",
    "CodeAttempts",
    "Entity",
    "IdentityCheck",
    "Municipality",
    "Network",
    "Office",
    "ProfileValue",
    "SignInAttempts",
    "SignedInSession",
    "StaffRole",
    "VisitCode",
]
