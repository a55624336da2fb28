"""What all tests share: nobody hurries them, and what has been imported and collected stays out of the collector's way."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    """Hypothesis would fail an example that takes 200 ms, which any may on a busy machine."""
    settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests live to the end; Python would look through all of them for garbage again and again, which took a quarter
    of the processor's time of the unit tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
