"""Who you are, and where: the entities of `accounts`, one module for each kind of thing."""

from services.accounts.model.account import Account, StaffRole
from services.accounts.model.acting import ActingSession
from services.accounts.model.administration import StaffMember
from services.accounts.model.attempts import Attempts
from services.accounts.model.device import Device
from services.accounts.model.eid import EID_ANSWER_WITHIN, EidRequest, ElectronicIdentity
from services.accounts.model.entity import Entity
from services.accounts.model.erasure import Erasure, ErasurePart
from services.accounts.model.factor import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    MOST_FACTORS,
    PASSKEY,
    TOTP,
    Challenge,
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
from services.accounts.model.verification import ActivationLetter, IdentityCheck, VisitCode

__all__ = [
    "ANSWER_WITHIN",
    "CONFIRM_WITHIN",
    "EID_ANSWER_WITHIN",
    "MOST_FACTORS",
    "PASSKEY",
    "TOTP",
    "Account",
    "ActingSession",
    "ActivationLetter",
    "Attempts",
    "Challenge",
    "Device",
    "EidRequest",
    "ElectronicIdentity",
    "Entity",
    "Erasure",
    "ErasurePart",
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
    "StaffMember",
    "StaffRole",
    "VisitCode",
]
