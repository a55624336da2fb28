"""Legal forms of German law, and the register that each is entered in.

Sources: HGB §§ 29, 106, 162; GmbHG § 7; AktG § 36; GenG § 10; PartGG § 4; BGB §§ 21, 55, 707; HRV; VRV.
"""

import re
from dataclasses import dataclass

REGISTER_NUMBER = re.compile(r"(HRA|HRB|GnR|PR|VR|GsR) ?(\d{1,6}) ?([A-Z]{0,3})")
"""Kind of register, number, and the letters that a court which took over others' registers puts behind it (`HRB 1234 FL`)."""


@dataclass(frozen=True)
class LegalForm:
    """A legal form by its German name. `register` is the register it must be entered in; empty where there is none."""

    name: str
    register: str = ""


LEGAL_FORMS: dict[str, LegalForm] = {
    "sole_trader": LegalForm("Einzelunternehmen ohne Registereintrag"),
    "ek": LegalForm("Eingetragener Kaufmann, eingetragene Kauffrau (e. K.)", "HRA"),
    "gbr": LegalForm("Gesellschaft bürgerlichen Rechts (GbR)"),
    "egbr": LegalForm("Eingetragene Gesellschaft bürgerlichen Rechts (eGbR)", "GsR"),
    "ohg": LegalForm("Offene Handelsgesellschaft (OHG)", "HRA"),
    "kg": LegalForm("Kommanditgesellschaft (KG)", "HRA"),
    "gmbh_co_kg": LegalForm("GmbH & Co. KG", "HRA"),
    "partg": LegalForm("Partnerschaftsgesellschaft (PartG, PartG mbB)", "PR"),
    "gmbh": LegalForm("Gesellschaft mit beschränkter Haftung (GmbH, gGmbH)", "HRB"),
    "ug": LegalForm("Unternehmergesellschaft (haftungsbeschränkt)", "HRB"),
    "ag": LegalForm("Aktiengesellschaft (AG)", "HRB"),
    "kgaa": LegalForm("Kommanditgesellschaft auf Aktien (KGaA)", "HRB"),
    "se": LegalForm("Europäische Gesellschaft (SE)", "HRB"),
    "eg": LegalForm("Eingetragene Genossenschaft (eG)", "GnR"),
    "ev": LegalForm("Eingetragener Verein (e. V.)", "VR"),
    "verein": LegalForm("Verein ohne Rechtspersönlichkeit"),
    "stiftung": LegalForm("Stiftung"),
    "public": LegalForm("Körperschaft, Anstalt, Stiftung des öffentlichen Rechts"),
    "other": LegalForm("Andere Rechtsform"),
}


def register_number(legal_form: str, typed: str) -> str:
    """The number as registers write it (`HRB 12345`). Raises ValueError if it is none, or of another register than the form's."""
    found = REGISTER_NUMBER.fullmatch(" ".join(typed.split()))
    wanted = LEGAL_FORMS[legal_form].register
    if found is None or found[1] != wanted:
        raise ValueError(wanted)
    return " ".join(part for part in found.groups() if part)
