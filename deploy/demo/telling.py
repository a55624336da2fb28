"""How the demo speaks: one line per step with the seconds since it began and who is acting."""

import time


class Story:
    """Prints what happens as it happens."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def heading(self, text: str) -> None:
        """A new part begins."""
        print(f"\n{text}", flush=True)

    def tell(self, who: str, what: str) -> None:
        """One step."""
        print(f"  {self.seconds:6.2f} s  {who:<15} {what}", flush=True)


def euros(money: dict[str, int]) -> str:
    """An amount as people write it."""
    return f"{money['cents'] // 100}.{money['cents'] % 100:02d} EUR"
