import pytest

from deploy.broker.address import Address
from deploy.trouble import Trouble


def test_parts_of_an_address_come_back_as_they_went_in() -> None:
    given = Address("amqps", "broker.example", 5671, "ann@town", "p/w:%", "/town")
    assert Address.parse(given.as_given) == given


def test_what_is_not_said_is_what_rabbitmq_has_by_default() -> None:
    assert Address.parse("amqp://localhost") == Address()
    assert Address.parse("amqps://localhost").port == 5671


def test_the_place_told_to_people_holds_no_password() -> None:
    assert Address.parse("amqp://user:secret@broker.example:1234/x").place == "broker.example:1234"


@pytest.mark.parametrize(
    "wrong", ["", "localhost:5672", "http://localhost", "amqp://", "amqp://host:port/", "amqp://host:99999/"]
)
def test_what_is_no_address_is_told_in_one_sentence(wrong: str) -> None:
    with pytest.raises(Trouble, match="AMQP_URI"):
        Address.parse(wrong)
