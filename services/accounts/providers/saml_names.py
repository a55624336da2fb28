"""Names of SAML 2.0 (OASIS), of XML signatures (W3C), and of the attributes as BundID calls them."""

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
AKDB = "{https://www.akdb.de/request/2018/09}"
"""Extension of the request with which BundID is told which attributes are wanted, and for whom."""
CLASSIC = "{https://www.akdb.de/request/2018/09/classic-ui/v1}"

PREFIXES = {
    "saml": SAML[1:-1],
    "samlp": SAMLP[1:-1],
    "md": MD[1:-1],
    "ds": DS[1:-1],
    "akdb": AKDB[1:-1],
    "classic-ui": CLASSIC[1:-1],
}
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

SUBJECT = "urn:oid:1.3.6.1.4.1.25484.494450.3"
"""bPK2: a name of the person for this portal only."""
ATTRIBUTES = {
    "urn:oid:2.5.4.42": "given_names",
    "urn:oid:2.5.4.4": "family_name",
    "urn:oid:1.2.40.0.10.2.1.1.225566": "birth_name",
    "urn:oid:1.2.40.0.10.2.1.1.55": "birth_date",
    "urn:oid:1.3.6.1.5.5.7.9.2": "birth_place",
    "urn:oid:1.2.40.0.10.2.1.1.225577": "nationality",
}
"""Attributes of BundID and the values of a profile that they verify."""
NEEDED = ("given_names", "family_name", "birth_date")
LEVELS = {"STORK-QAA-Level-1": "low", "STORK-QAA-Level-3": "substantial", "STORK-QAA-Level-4": "high"}
"""How BundID names the levels of eIDAS."""
CLASSES = {level: name for name, level in LEVELS.items()}
