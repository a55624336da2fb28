"""What is wrong with a network folder, said so that it can be mended."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """Something wrong in a file, in one sentence."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class BrokenNetwork(Exception):
    """The folder cannot be loaded; `mistakes` are all there are."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = sorted(mistakes)
