"""SAML 2.0 as BundID speaks it: the portal as service provider. The request goes by redirect, the answer comes by POST.

XML signatures are the matter of signxml. Of an answer nothing is read but the one element that its signature covers, as signxml
gives it back: whatever else the document holds has no effect (XML signature wrapping).
"""

import zlib
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from services.accounts.providers import saml_files
from services.accounts.providers.identity import Identity, refused
from services.accounts.providers.saml_names import (
    AKDB,
    ATTRIBUTES,
    BEARER,
    CLASSES,
    CLASSIC,
    DS,
    LEVELS,
    MD,
    NEEDED,
    POST,
    PREFIXES,
    RSA_SHA256,
    SAML,
    SAMLP,
    SUBJECT,
    SUCCESS,
)
from services.chassis import clock

SKEW = timedelta(minutes=1)
"""How far the clocks of provider and portal may be apart."""
LONGEST_ANSWER = 200_000
FRESH = timedelta(minutes=5)
"""How long ago the person may have been identified."""
SIGNED = SignatureConfiguration(
    require_x509=True,
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.SHA256_RSA_MGF1,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)

Element = Any
"""An element of lxml, which ships no types."""


class SamlProvider:
    """A provider that speaks SAML: BundID, or the sandbox."""

    def __init__(self, folder: Path, portal_url: str, name: str = "Amtsgang") -> None:
        self.folder = folder
        self.name = name
        self.entity = f"{portal_url}/eid/metadata"
        self.consumer = f"{portal_url}/eid/acs"

    @cached_property
    def parties(self) -> saml_files.Parties:
        """Both sides; read when they are first needed."""
        return saml_files.read(self.folder)

    def address(self, request_id: str, *, level: str) -> str:
        """The provider's address with a signed request (SAML bindings, 3.4.4.1)."""
        packed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        raw = packed.compress(self._request(request_id, level)) + packed.flush()
        query = urlencode({"SAMLRequest": b64encode(raw).decode(), "SigAlg": RSA_SHA256})
        signature = self.parties.key.sign(query.encode(), PKCS1v15(), SHA256())
        joint = "&" if "?" in self.parties.address else "?"
        return f"{self.parties.address}{joint}{query}&{urlencode({'Signature': b64encode(signature).decode()})}"

    def read(self, answer: str) -> tuple[str, Identity]:
        """The request that is answered, and who it is. Raises forbidden for whatever is not beyond doubt."""
        response = _parsed(answer)
        if response.tag != f"{SAMLP}Response":
            raise refused()
        status = response.find(f"{SAMLP}Status/{SAMLP}StatusCode")
        assertions = list(response.iter(f"{SAML}Assertion"))
        if status is None or status.get("Value") != SUCCESS or len(assertions) != 1 or assertions[0].getparent() is not response:
            raise refused()
        return self._checked(self._signed(assertions[0]))

    def metadata(self) -> bytes:
        """Key, address and wishes of this portal."""
        root = _element(f"{MD}EntityDescriptor", entityID=self.entity)
        portal = _child(
            root,
            f"{MD}SPSSODescriptor",
            AuthnRequestsSigned="true",
            WantAssertionsSigned="true",
            protocolSupportEnumeration=SAMLP[1:-1],
        )
        key = _child(_child(portal, f"{MD}KeyDescriptor", use="signing"), f"{DS}KeyInfo")
        lines = self.parties.certificate.strip().splitlines()
        _child(_child(key, f"{DS}X509Data"), f"{DS}X509Certificate").text = "".join(lines[1:-1])
        _child(portal, f"{MD}AssertionConsumerService", Binding=POST, Location=self.consumer, index="0", isDefault="true")
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

    def _request(self, request_id: str, level: str) -> bytes:
        root = _element(
            f"{SAMLP}AuthnRequest",
            ID=request_id,
            Version="2.0",
            IssueInstant=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            Destination=self.parties.address,
            AssertionConsumerServiceURL=self.consumer,
            ProtocolBinding=POST,
        )
        _child(root, f"{SAML}Issuer").text = self.entity
        wishes = _child(_child(root, f"{SAMLP}Extensions"), f"{AKDB}AuthenticationRequest", Version="2")
        wanted = _child(wishes, f"{AKDB}RequestedAttributes")
        for name, value in {SUBJECT: "", **ATTRIBUTES}.items():
            needed = str(not value or value in NEEDED).lower()
            _child(wanted, f"{AKDB}RequestedAttribute", Name=name, RequiredAttribute=needed)
        shown = _child(_child(wishes, f"{AKDB}DisplayInformation"), f"{CLASSIC}Version")
        _child(shown, f"{CLASSIC}OrganizationDisplayName").text = self.name
        context = _child(root, f"{SAMLP}RequestedAuthnContext", Comparison="minimum")
        _child(context, f"{SAML}AuthnContextClassRef").text = CLASSES[level]
        return bytes(etree.tostring(root))

    def _signed(self, assertion: Element) -> Element:
        """The assertion as its signature covers it. Its whole document is signed, or it alone; any other element is refused."""
        for certificate in self.parties.certificates:
            try:
                found = XMLVerifier().verify(
                    etree.tostring(assertion, with_tail=False), x509_cert=certificate, expect_config=SIGNED, id_attribute="ID"
                )
            except (InvalidSignature, InvalidDigest, InvalidInput, InvalidCertificate):
                continue
            covered = None if isinstance(found, list) else found.signed_xml
            if covered is not None and covered.tag == f"{SAML}Assertion" and covered.get("ID") == assertion.get("ID"):
                return covered
        raise refused()

    def _checked(self, assertion: Element) -> tuple[str, Identity]:
        """Every condition of the web browser profile (SAML profiles, 4.1.4.3), read from what is signed."""
        now = clock.now()
        if _text(assertion, f"{SAML}Issuer") != self.parties.provider:
            raise refused()
        confirmation = _one(assertion, f"{SAML}Subject/{SAML}SubjectConfirmation")
        data = _one(confirmation, f"{SAML}SubjectConfirmationData")
        if confirmation.get("Method") != BEARER or data.get("Recipient") != self.consumer or data.get("NotBefore"):
            raise refused()
        conditions = _one(assertion, f"{SAML}Conditions")
        audiences = [audience.text for audience in conditions.findall(f"{SAML}AudienceRestriction/{SAML}Audience")]
        if self.entity not in audiences:
            raise refused()
        for element in (data, conditions):
            if now >= _moment(element, "NotOnOrAfter") + SKEW:
                raise refused()
        if now < _moment(conditions, "NotBefore") - SKEW:
            raise refused()
        statement = _one(assertion, f"{SAML}AuthnStatement")
        identified_at = _moment(statement, "AuthnInstant")
        if not identified_at - SKEW <= now < identified_at + FRESH + SKEW:
            raise refused()
        level = LEVELS.get(_text(statement, f"{SAML}AuthnContext/{SAML}AuthnContextClassRef"))
        request_id = data.get("InResponseTo")
        if level is None or not request_id:
            raise refused()
        return request_id, self._identity(assertion, level)

    def _identity(self, assertion: Element, level: str) -> Identity:
        told: dict[str, str] = {}
        for attribute in assertion.findall(f"{SAML}AttributeStatement/{SAML}Attribute"):
            values = attribute.findall(f"{SAML}AttributeValue")
            name = attribute.get("Name") or ""
            if name in told or len(values) > 1:
                raise refused()
            told[name] = "".join(values[0].itertext()).strip() if values else ""
        values_ = {value: told[name] for name, value in ATTRIBUTES.items() if told.get(name)}
        if not told.get(SUBJECT) or any(name not in values_ for name in NEEDED):
            raise refused()
        return Identity(self.parties.provider, told[SUBJECT], level, values_)


def _parsed(answer: str) -> Element:
    """The document, without entities, comments or anything of the like: SAML needs none, and attacks do."""
    if len(answer) > LONGEST_ANSWER:
        raise refused()
    try:
        raw = b64decode("".join(answer.split()), validate=True)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(raw, parser)
    except (ValueError, etree.XMLSyntaxError):
        raise refused() from None
    document = root.getroottree()
    is_plain = all(isinstance(node.tag, str) for node in root.iter())
    if document.docinfo.doctype or document.docinfo.internalDTD is not None or not is_plain:
        raise refused()
    return root


def _element(tag: str, **attributes: str) -> Element:
    return etree.Element(tag, attributes, nsmap=PREFIXES)


def _child(parent: Element, tag: str, **attributes: str) -> Element:
    return etree.SubElement(parent, tag, attributes)


def _one(parent: Element, path: str) -> Element:
    found = parent.findall(path)
    if len(found) != 1:
        raise refused()
    return found[0]


def _text(parent: Element, path: str) -> str:
    return "".join(_one(parent, path).itertext()).strip()


def _moment(element: Element, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(element.get(name) or "")
    except ValueError:
        raise refused() from None
    if found.tzinfo is None:
        raise refused()
    return found
