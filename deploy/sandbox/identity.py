"""A provider of electronic identities that speaks SAML as BundID does, with sample persons instead of identity cards."""

import hashlib
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner
from uuid_utils import uuid7

from services.accounts.providers.saml_names import (
    ATTRIBUTES,
    BEARER,
    CLASSES,
    DS,
    PREFIXES,
    RSA_SHA256,
    SAML,
    SAMLP,
    SUBJECT,
    SUCCESS,
)

VALID = timedelta(minutes=5)
LONGEST = 20_000
PERSONS: dict[str, dict[str, str]] = {
    "erika": {
        "given_names": "Erika", "family_name": "Musterfrau", "birth_name": "Beispiel", "birth_date": "1990-05-17",
        "birth_place": "Sögel", "nationality": "deutsch",
    },
    "max": {
        "given_names": "Max", "family_name": "Mustermann", "birth_date": "1985-03-27", "birth_place": "Lingen (Ems)",
        "nationality": "deutsch",
    },
    "zoe": {
        "given_names": "Zoë Đurđa", "family_name": "Łukasz-Őri", "birth_date": "1999-12-31", "birth_place": "Kraków",
        "nationality": "polnisch",
    },
}  # fmt: skip


class RequestRefused(Exception):
    """The request is none, or not signed by the portal; the text says why."""


@dataclass(frozen=True)
class Asked:
    """A request of the portal: its id, where the answer goes, and who asks."""

    id: str
    consumer: str
    portal: str


@dataclass(frozen=True)
class Provider:
    """The provider with its key; `entity` is its name."""

    entity: str
    key: bytes
    certificate: str
    portal_certificate: bytes

    @classmethod
    def from_folders(cls, entity: str, own: Path, portal: Path) -> "Provider":
        """With the key pair in one folder and the portal's certificate in the other."""
        certificate = (own / "provider.crt").read_text("ascii")
        return cls(entity, (own / "provider.key").read_bytes(), certificate, (portal / "portal.crt").read_bytes())

    def asked(self, query: str) -> Asked:
        """The request in a query. Raises RequestRefused."""
        signed, _, _ = query.partition("&Signature=")
        given = {name: found[0] for name, found in parse_qs(query).items()}
        try:
            self._portal_key().verify(b64decode(given["Signature"]), signed.encode(), PKCS1v15(), SHA256())
            raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(b64decode(given["SAMLRequest"]), LONGEST)
            root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except InvalidSignature:
            raise RequestRefused("The signature of the request is not the portal's.") from None
        except (KeyError, ValueError, zlib.error, etree.XMLSyntaxError):
            raise RequestRefused("This is no request for an identity.") from None
        if given.get("SigAlg") != RSA_SHA256 or root.tag != f"{SAMLP}AuthnRequest":
            raise RequestRefused("This is no request for an identity.")
        return Asked(root.get("ID", ""), root.get("AssertionConsumerServiceURL", ""), root.findtext(f"{SAML}Issuer") or "")

    def answer(self, asked: Asked, values: dict[str, str], level: str, **otherwise: Any) -> bytes:
        """The signed response for one person; `otherwise` says what is to be different from what is right, for tests."""
        now = otherwise.get("now") or datetime.now(UTC)
        response = etree.Element(
            f"{SAMLP}Response", _head(now, InResponseTo=asked.id, Destination=asked.consumer), nsmap=PREFIXES
        )
        _child(response, f"{SAML}Issuer").text = self.entity
        _child(_child(response, f"{SAMLP}Status"), f"{SAMLP}StatusCode", Value=SUCCESS)
        assertion = self._assertion(asked, values, level, now, otherwise)
        response.append(self._signed(assertion) if otherwise.get("is_signed", True) else _without_placeholder(assertion))
        return bytes(etree.tostring(response))

    def _assertion(self, asked: Asked, values: dict[str, str], level: str, now: datetime, otherwise: dict[str, Any]) -> Any:
        until = _told(otherwise.get("until") or now + VALID)
        assertion = etree.Element(f"{SAML}Assertion", _head(now), nsmap=PREFIXES)
        _child(assertion, f"{SAML}Issuer").text = otherwise.get("issuer") or self.entity
        _child(assertion, f"{DS}Signature", Id="placeholder")
        subject = _child(assertion, f"{SAML}Subject")
        name = subject_of(values)
        _child(subject, f"{SAML}NameID").text = name
        confirmation = _child(subject, f"{SAML}SubjectConfirmation", Method=BEARER)
        recipient = otherwise.get("recipient") or asked.consumer
        _child(confirmation, f"{SAML}SubjectConfirmationData", InResponseTo=asked.id, Recipient=recipient, NotOnOrAfter=until)
        conditions = _child(assertion, f"{SAML}Conditions", NotBefore=_told(now), NotOnOrAfter=until)
        audience = _child(_child(conditions, f"{SAML}AudienceRestriction"), f"{SAML}Audience")
        audience.text = otherwise.get("audience") or asked.portal
        statement = _child(assertion, f"{SAML}AuthnStatement", AuthnInstant=_told(now))
        context = _child(_child(statement, f"{SAML}AuthnContext"), f"{SAML}AuthnContextClassRef")
        context.text = CLASSES[level]
        attributes = _child(assertion, f"{SAML}AttributeStatement")
        for attribute, value in {SUBJECT: "", **ATTRIBUTES}.items():
            text = values.get(value, "") if value else name
            if text:
                _child(_child(attributes, f"{SAML}Attribute", Name=attribute), f"{SAML}AttributeValue").text = text
        return assertion

    def _signed(self, assertion: Any) -> Any:
        signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        return signer.sign(assertion, key=self.key, cert=self.certificate, reference_uri=assertion.get("ID"), id_attribute="ID")

    def _portal_key(self) -> RSAPublicKey:
        key = x509.load_pem_x509_certificate(self.portal_certificate).public_key()
        if not isinstance(key, RSAPublicKey):
            raise RequestRefused("The portal's certificate holds no RSA key.")
        return key


def subject_of(values: dict[str, str]) -> str:
    """The name of a person for this portal: the same at every time."""
    told = "\n".join(values[name] for name in ("given_names", "family_name", "birth_date"))
    return b64encode(hashlib.sha256(f"sandbox\n{told}".encode()).digest()).decode()


def _head(now: datetime, **more: str) -> dict[str, str]:
    return {"ID": f"_{uuid7().hex}", "Version": "2.0", "IssueInstant": _told(now), **more}


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(parent, tag, attributes)


def _without_placeholder(assertion: Any) -> Any:
    assertion.remove(assertion.find(f"{DS}Signature"))
    return assertion
