import socket

import pytest


def test_control_a_unit_test_that_reaches_for_a_server_is_found_out() -> None:
    with socket.socket() as reaching, pytest.raises(AssertionError, match="wants to reach"):
        reaching.connect(("127.0.0.1", 9))
