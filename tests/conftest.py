"""What all tests share: nobody hurries them."""

from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    """Hypothesis would fail an example that takes 200 ms, which any may on a busy machine."""
    settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("unhurried")
