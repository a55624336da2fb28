"""Keys and metadata of a local portal and its sandbox provider of electronic identities, made once for each var folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BITS = 3072
YEARS = 10
METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
                     entityID="{entity}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{address}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def set_up(var: Path, sandbox: str) -> Path:
    """The folder EID_DIR, with the sandbox at this address as its provider; key pairs that are there stay."""
    portal, provider = var / "eid", var / "sandbox" / "eid"
    _pair(portal, "portal")
    _pair(provider, "provider")
    lines = (provider / "provider.crt").read_text("ascii").strip().splitlines()
    entity = f"{sandbox}/eid"
    metadata = METADATA.format(entity=entity, address=f"{entity}/identify", certificate="".join(lines[1:-1]))
    (portal / "provider.xml").write_text(metadata, encoding="utf-8")
    return portal


def _pair(folder: Path, name: str) -> None:
    if (folder / f"{name}.key").exists() and (folder / f"{name}.crt").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    key = rsa.generate_private_key(65537, BITS)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Amtsgang sandbox {name}")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
    )
    certificate = builder.sign(key, SHA256())
    secret = folder / f"{name}.key"
    secret.touch(mode=0o600)
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
