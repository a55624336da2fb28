"""The folder EID_DIR: who the provider of identities is, and with which key this portal signs."""

from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from services.accounts.providers.saml_names import DS, MD, REDIRECT

PROVIDER, KEY, CERTIFICATE = "provider.xml", "portal.key", "portal.crt"


class EidSettingsError(Exception):
    """The folder does not hold what is needed; the text says what."""


@dataclass(frozen=True)
class Parties:
    """Both sides: the provider by its metadata, the portal by its key and certificate (PEM)."""

    provider: str
    address: str
    certificates: tuple[x509.Certificate, ...]
    key: RSAPrivateKey
    certificate: str


def read(folder: Path) -> Parties:
    """Both sides as the folder has them. Raises EidSettingsError."""
    try:
        metadata = etree.fromstring((folder / PROVIDER).read_bytes(), _parser())
        key = load_pem_private_key((folder / KEY).read_bytes(), None)
        certificate = (folder / CERTIFICATE).read_text("ascii")
        signing = metadata.findall(f".//{MD}IDPSSODescriptor/{MD}KeyDescriptor")
        certificates = [
            x509.load_der_x509_certificate(_der(found.text or ""))
            for descriptor in signing
            if descriptor.get("use", "signing") == "signing"
            for found in descriptor.iter(f"{DS}X509Certificate")
        ]
        services = metadata.findall(f".//{MD}IDPSSODescriptor/{MD}SingleSignOnService")
        address = next(s.get("Location") for s in services if s.get("Binding") == REDIRECT)
        provider = metadata.get("entityID")
    except (OSError, ValueError, etree.XMLSyntaxError, StopIteration) as error:
        raise EidSettingsError(f"{folder} holds no usable {PROVIDER}, {KEY} and {CERTIFICATE}: {error}") from None
    if not provider or not address or not certificates or not isinstance(key, RSAPrivateKey):
        raise EidSettingsError(f"{folder}: {PROVIDER} names no provider, address or certificate, or {KEY} is no RSA key")
    return Parties(provider, address, tuple(certificates), key, certificate)


def _der(text: str) -> bytes:
    return b64decode("".join(text.split()), validate=True)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
