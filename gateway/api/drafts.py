"""Operations on drafts and the cart."""

from http import HTTPStatus

from gateway.api.operation import Operation
from services.contracts.actors import CITIZEN

DRAFT = "/drafts/{draft_id}"
ITEM = "/cart/items/{draft_id}"

OPERATIONS = (
    Operation("POST", "/drafts", "applications", "start_draft", "Begin a form", CITIZEN, HTTPStatus.CREATED, location=DRAFT),
    Operation("GET", "/drafts", "applications", "list_drafts", "One's own drafts, newest first", CITIZEN),
    Operation("GET", DRAFT, "applications", "get_draft", "A draft with what is still wrong in it", CITIZEN),
    Operation("PUT", DRAFT, "applications", "save_draft", "Save what has been filled in so far", CITIZEN),
    Operation("POST", f"{DRAFT}/renewal", "applications", "renew_draft", "Go on with the newest version of the form", CITIZEN),
    Operation("DELETE", DRAFT, "applications", "discard_draft", "Discard a draft", CITIZEN, HTTPStatus.NO_CONTENT),
    Operation("GET", "/cart", "applications", "get_cart", "What is ready to be ordered, and the sum", CITIZEN),
    Operation("PUT", ITEM, "applications", "add_to_cart", "Put a complete draft into the cart", CITIZEN),
    Operation("DELETE", ITEM, "applications", "remove_from_cart", "Take a draft out of the cart", CITIZEN),
)
