"""Who you are, and where: the entities of `accounts`, one module for each kind of thing."""

from services.accounts.model.account import Account, StaffRole
from services.accounts.model.acting import ActingSession
from services.accounts.model.attempts import Attempts
from services.accounts.model.device import Device
from services.accounts.model.eid import EID_ANSWER_WITHIN, EidRequest, ElectronicIdentity
from services.accounts.model.entity import Entity
from services.accounts.model.factor import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    FREE_GUESSES,
    GUESSES_FORGOTTEN,
    LONGEST_WAIT_FOR_A_GUESS,
    MOST_FACTORS,
    PASSKEY,
    TOTP,
    Challenge,
    FactorAttempts,
    RecoveryCode,
    SecondFactor,
)
from services.accounts.model.mail import Link, RequestedMail
from services.accounts.model.mandate import Mandate
from services.accounts.model.network import Municipality, Network, Office
from services.accounts.model.organisation import Invitation, Membership, Organisation
from services.accounts.model.profile import ProfileValue
from services.accounts.model.registration import Registration
from services.accounts.model.session import (
    SignedInSession,
)
from services.accounts.model.verification import ActivationLetter, CodeAttempts, IdentityCheck, VisitCode

__all__ = [
    "ANSWER_WITHIN",
    "CONFIRM_WITHIN",
    "EID_ANSWER_WITHIN",
    "FREE_GUESSES",
    "GUESSES_FORGOTTEN",
    "LONGEST_WAIT_FOR_A_GUESS",
    "MOST_FACTORS",
    "PASSKEY",
    "TOTP",
    "Account",
    "ActingSession",
    "ActivationLetter",
    "Attempts",
    "Challenge",
    "CodeAttempts",
    "Device",
    "EidRequest",
    "ElectronicIdentity",
    "Entity",
    "FactorAttempts",
    "IdentityCheck",
    "Invitation",
    "Link",
    "Mandate",
    "Membership",
    "Municipality",
    "Network",
    "Office",
    "Organisation",
    "ProfileValue",
    "RecoveryCode",
    "Registration",
    "RequestedMail",
    "SecondFactor",
    "SignedInSession",
    "StaffRole",
    "VisitCode",
]
