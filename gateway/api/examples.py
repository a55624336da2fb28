"""Bodies for the sample network; OpenAPI shows them. What a mail, a letter or an app tells is named in words."""

from typing import Any

# The sample account that every local start prints.
EMAIL, PASSWORD = "citizen@example.org", "amtsgang-sample-2026"
DOG: dict[str, Any] = {
    "dog_name": "Bello",
    "breed": "Münsterländer",
    "dog_sex": "male",
    "dog_birth_date": "2023-04-11",
    "colour": "braun",
    "has_chip": False,
    "kept_since": "2023-07-01",
    "origin": "Züchter in Sögel",
    "dogs_in_household": 1,
    "is_found_dangerous": False,
    "is_insured": False,
    "given_names": "Erika",
    "family_name": "Musterfrau",
    "birth_date": "1990-05-17",
    "street": "Musterstraße",
    "house_number": "1",
    "postal_code": "49751",
    "town": "Sögel",
}
OFFER: dict[str, Any] = {"service": "dog-registration", "ars": "034545407"}
PASSKEY: dict[str, Any] = {
    "challenge_id": "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6a",
    "credential": '{"id": "…", "rawId": "…", "type": "public-key", "response": {}}',
}
# The IBAN is the example of the German banking industry; no account stands behind it.
MANDATE: dict[str, Any] = {"holder": "Erika Musterfrau", "iban": "DE02120300000000202051", "agrees": True}

ORGANISATION: dict[str, Any] = {
    "name": "Muster GmbH",
    "legal_form": "gmbh",
    "register_court": "Osnabrück",
    "register_number": "HRB 123456",
    "street": "Musterstraße",
    "house_number": "1a",
    "postal_code": "49751",
    "town": "Sögel",
    "email": "post@example.org",
}

OFFICE: dict[str, Any] = {
    "name": {"de": "Fundbüro", "en": "Lost property office"},
    "address": "Ludmillenhof 1, 49751 Sögel",
    "email": "fundbuero@soegel.example",
    "phone": "+49 40 66969 260",
    "opening_hours": [{"days": "Mo-Fr", "hours": "08:30-12:30"}],
    "needs_two_officers": False,
}
OFFICE_ID = "034545407/fundbuero"
ROLES = [{"role": "clerk", "office_id": OFFICE_ID}]
FEE: dict[str, Any] = {
    "valid_from": "2027-01-01", "base_cents": 500, "each_further_cents": None, "pieces_field": None,
    "legal_basis": "Verwaltungskostensatzung § 4",
}  # fmt: skip

COUNTER = "034545407/buergerbuero"
DOCUMENT: dict[str, Any] = {"kind": "identity_card", "issuing_authority": "Samtgemeinde Sögel", "valid_until": "2029-05-31"}
CHECK: dict[str, Any] = {"office_id": COUNTER, "document": DOCUMENT, "is_compared": True}
SEEN: dict[str, Any] = {
    "given_names": "Erika", "family_name": "Musterfrau", "birth_name": "Mustermann", "birth_date": "1964-08-12",
    "birth_place": "Sögel", "nationality": "deutsch",
}  # fmt: skip
VISIT_CODE, LETTER_CODE = "7K2MQ-XT9ZR", "7K2M-QXT9-ZRA4-HDW3"
FROM_MAIL = "the `token` of the link in the mail"
# Nobody who tries an example out is to lose the sample account by it.
AS_NOW = "the present password"

BY_OPERATION: dict[str, dict[str, Any]] = {
    "register_account": {
        "email": "max@example.org", "password": PASSWORD, "given_names": "Max", "family_name": "Mustermann", "language": "de",
    },
    "confirm_account": {"token": FROM_MAIL, "password": PASSWORD},
    "request_password_reset": {"email": "max@example.org", "language": "de"},
    "reset_password": {"token": FROM_MAIL, "new_password": "fünf leise Hunde am Wehr"},
    "confirm_email": {"token": FROM_MAIL},
    "undo_email_change": {"token": FROM_MAIL},
    "change_password": {"password": AS_NOW, "new_password": "fünf leise Hunde am Wehr"},
    "change_email": {"email": "erika@example.org", "password": AS_NOW},
    "export_records": {"password": PASSWORD},
    "request_erasure": {"password": AS_NOW},
    "sign_in": {"email": EMAIL, "password": PASSWORD},
    "answer_second_factor": {"challenge": "the `challenge` that the sign-in answered", "code": "287082"},
    "get_second_factor": {"challenge": "the `challenge` that the sign-in answered"},
    "step_up": {"code": "287082"},
    "begin_totp": {"password": PASSWORD},
    "confirm_totp": {"code": "287082", "name": "Telefon"},
    "begin_passkey": {"password": PASSWORD},
    "add_passkey": {**PASSKEY, "name": "Sicherheitsschlüssel"},
    "sign_in_with_passkey": PASSKEY,
    "remove_factor": {"password": PASSWORD},
    "renew_recovery_codes": {},
    "found_organisation": ORGANISATION,
    "change_organisation": ORGANISATION,
    "invite_member": {"email": "max@example.org", "role": "member"},
    "answer_member_invitation": {"accepts": True},
    "change_member": {"role": "reader"},
    "ask_for_mandate": {
        "side": "helper", "email": "max@example.org", "services": ["dog-registration"], "valid_until": "2027-08-31",
        "allows_prefill": False,
    },
    "accept_mandate": {"allows_prefill": False},
    "act_for": {"grant_id": None},
    "begin_eid": {"purpose": "sign_in", "browser": "a secret of your client, as SHA-256"},
    "take_eid_answer": {"answer": "SAMLResponse, Base64"},
    "finish_eid": {"ticket": "the ticket of the answer", "browser": "a secret of your client, as SHA-256"},
    "unlink_eid": {"password": PASSWORD},
    "save_profile": {"birth_date": "1964-08-12", "street": "Musterstraße", "house_number": "1", "phone": "05952 123456"},
    "look_at_visit_code": {"office_id": COUNTER, "code": VISIT_CODE},
    "record_check": {**CHECK, "code": VISIT_CODE, "values": SEEN},
    "open_counter_account": {**CHECK, "values": SEEN, "email": "erika@example.org", "language": "de"},
    "remove_lost_factors": {**CHECK, "account_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
    "decline_check": {"reason": "not_matching"},
    "find_person": {"office_id": COUNTER, "reason": "letter", "family_name": "Musterfrau", "birth_date": "1964-08-12"},
    "revoke_identity": {"office_id": COUNTER, "reason": "wrong_person"},
    "print_activation_letter": {"office_id": COUNTER},
    "look_at_activation": {"code": LETTER_CODE},
    "activate_account": {"code": LETTER_CODE, "email": "erika@example.org", "password": PASSWORD, "language": "de"},
    "confirm_activation": {"token": FROM_MAIL},
    "open_office": {"ars": "034545407", "slug": "fundbuero", **OFFICE},
    "change_office": {"office_id": OFFICE_ID, "version": 1, **OFFICE},
    "withdraw_office": {"office_id": OFFICE_ID, "version": 2},
    "invite_staff": {
        "ars": "034545407", "email": "sabine.muster@soegel.example", "given_names": "Sabine", "family_name": "Muster",
        "language": "de", "roles": ROLES,
    },
    "renew_invitation": {"version": 1},
    "change_staff": {"version": 2, "given_names": "Sabine", "family_name": "Muster-Beispiel"},
    "assign_roles": {"version": 3, "roles": ROLES},
    "suspend_staff": {"version": 4, "reason": "absent"},
    "reinstate_staff": {"version": 5},
    "accept_invitation": {"password": PASSWORD},
    "offer_service": {"service": "dog-registration", "office_id": OFFICE_ID, "fee": FEE},
    "set_offer_text": {"version": 1, "text": {"de": "Bitte Impfpass mitbringen.", "en": "Please bring the vaccination card."}},
    "start_working_copy": {"copied_from": "dog-registration"},
    "save_working_copy": {"version": 1, "source": "service: dog-registration\nlevel: low\n"},
    "discard_working_copy": {"version": 2},
    "try_answers": {"answers": {"dog_name": "Bello"}},
    "publish_service": {"version": 3, "note": "Fragt auch nach der Nummer des Chips."},
    "move_offer": {"version": 1, "office_id": OFFICE_ID},
    "set_fee": {"version": 1, "fee": FEE},
    "drop_fee": {"version": 2, "valid_from": "2027-01-01"},
    "withdraw_offer": {"version": 3},
    "start_draft": {**OFFER, "answers": {"dog_name": "Bello"}},
    "save_draft": {"answers": DOG},
    "begin_upload": {"place": "insurance_certificate", "filename": "Police.pdf", "size": 9},
    "begin_correction_upload": {"place": "insurance_certificate", "filename": "Police.pdf", "size": 9},
    "add_upload_part": {"number": 0, "content_base64": "JVBERi0xLjcK"},
    "finish_upload": {"size": 9},
    "place_order": {"expected_total_cents": 0},
    "start_payment": {"mandate": MANDATE},
    "submit_applications": {"applications": [{**OFFER, "answers": DOG}], "mandate": MANDATE},
    "search_cases": {"name": "Erika Musterfrau"},
    "start_batch": {"case_ids": ["01890a5d-ac96-774b-bcce-b302099a8057"], "decision": "approve"},
    "add_note": {"text": "Telefonisch geklärt."},
    "ask_for_correction": {"fields": ["colour"], "message": "Bitte prüfen Sie die Farbe des Hundes."},
    "confirm_decision": {"confirms": True},
    "hand_over_case": {"ars": "034540032", "note": "Der Hund lebt in Lingen."},
    "correct_application": {"answers": {"colour": "braun-weiß"}},
    "assign_case": {"assignee_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
    "name_deputy": {
        "stands_in": "01890a5d-ac96-774b-bcce-b302099a8057", "first_day": "2027-07-01", "last_day": "2027-07-21",
    },
    "decide_case": {"decision": "reject", "reason": "Der Hund ist schon angemeldet."},
}  # fmt: skip
