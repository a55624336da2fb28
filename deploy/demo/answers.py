"""What Erika Musterfrau writes into the forms: a bakery in Sögel, her dog, her own birth certificate."""

from typing import Any

PERSON: dict[str, Any] = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1984-08-12"}
HOME: dict[str, Any] = {"street": "Clemenswerther Straße", "house_number": "12a", "postal_code": "49751", "town": "Sögel"}

BAKERY: dict[str, Any] = {
    **PERSON,
    **HOME,
    "gender": "female",
    "birth_place": "Lingen (Ems), Deutschland",
    "nationality": "deutsch",
    "legal_form": "sole_trader",
    "is_registered": False,
    "business_name": "Backstube Musterfrau",
    "business_street": "Markt",
    "business_house_number": "3",
    "business_postal_code": "49751",
    "business_town": "Sögel",
    "activity": "Herstellung und Verkauf von Brot, Brötchen und Kuchen",
    "kind_of_business": "craft",
    "is_side_business": False,
    "start_date": "2026-04-01",
    "full_time_employees": 1,
    "part_time_employees": 2,
    "registered_for": "main_office",
    "reason": "new_business",
    "permit": "not_needed",
    "craft_card": "granted",
    "craft_card_date": "2026-02-02",
    "craft_chamber": "Handwerkskammer Osnabrück-Emsland-Grafschaft Bentheim",
    "needs_residence_title": False,
}

IN_A_HURRY: dict[str, Any] = {**BAKERY, "postal_code": "4975", "birth_date": "12. August 1984", "activity": ""}
"""The same form with three mistakes."""

KIOSK: dict[str, Any] = {
    **{name: answer for name, answer in BAKERY.items() if not name.startswith("craft_")},
    "business_name": "Kiosk Musterfrau",
    "business_postal_code": "49808",
    "business_town": "Lingen (Ems)",
    "activity": "Verkauf von Zeitungen und Getränken",
    "kind_of_business": "trade",
}

DOG: dict[str, Any] = {
    **PERSON,
    **HOME,
    "dog_name": "Bello",
    "breed": "Kooikerhondje",
    "dog_sex": "male",
    "dog_birth_date": "2024-05-20",
    "colour": "rot-weiß",
    "has_chip": True,
    "chip_number": "276098100000001",
    "kept_since": "2024-08-01",
    "origin": "Tierheim Sögel",
    "dogs_in_household": 1,
    "is_found_dangerous": False,
    "is_insured": True,
    "insurer": "Musterversicherung",
    "policy_number": "HP-0001",
}

CERTIFICATE: dict[str, Any] = {
    **PERSON,
    **HOME,
    "child_given_names": "Erika",
    "child_birth_name": "Muster",
    "child_birth_date": "1984-08-12",
    "child_birth_place": "Lingen (Ems)",
    "registered_here": "here",
    "entitlement": "self",
    "purpose": "Eheschließung",
    "kind": "certificate",
    "copies": 2,
    "recipient": "Erika Musterfrau",
}

MANDATE: dict[str, Any] = {"holder": "Erika Musterfrau", "iban": "DE89 3704 0044 0532 0130 00", "agrees": True}
"""The IBAN of the examples in the standards; no money is behind it."""
