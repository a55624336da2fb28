import json
import stat
from pathlib import Path

from deploy.broker.address import Address
from deploy.broker.conversations import conversations
from deploy.broker.rights import pattern, rights
from deploy.broker.tenancy import Tenancy, definitions, user_name
from services.contracts.registry import SERVICES


def test_every_kind_of_process_has_a_user_and_nobody_is_an_administrator() -> None:
    made = definitions(Tenancy(Address(), "town", dict.fromkeys(rights(), "secret")))
    assert {user["name"] for user in made["users"]} == {
        user_name("town", kind) for kind in (*SERVICES, "gateway", "relay", "operator", "admin")
    }
    assert {user["tags"] for user in made["users"]} == {""}
    assert {permission["vhost"] for permission in made["permissions"]} == {"town"}


def test_no_name_means_no_right() -> None:
    assert pattern(()) == "^$"
    assert rights()["relay"].configure == rights()["relay"].read == ()


def test_rights_follow_what_the_code_says_on_the_bus() -> None:
    assert "order.placed" in conversations("payments").hears
    assert ("applications", "get_case_for_document") in conversations("documents").calls
    assert r"applications\.get_case_for_document" in rights()["documents"].topics["nameko-rpc"].write
    assert r"applications\.get_case_for_document" not in rights()["payments"].topics["nameko-rpc"].write


def test_passwords_are_kept_where_only_their_owner_reads(tmp_path: Path) -> None:
    record = tmp_path / "var" / "broker.json"
    Tenancy(Address(), "town", dict.fromkeys(rights(), "secret")).save(record, "x")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert json.loads(record.read_text())["vhost"] == "town"


def test_without_users_of_its_own_everybody_comes_in_with_the_address_as_given() -> None:
    given = Address.parse("amqp://town:pw@broker.example/portal")
    assert set(Tenancy(given, "portal", {}).uris.values()) == {"amqp://town:pw@broker.example:5672/portal"}
