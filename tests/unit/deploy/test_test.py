from pathlib import Path

import pytest

from deploy import test


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_check_that_cannot_even_begin_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test, "REPORTS", tmp_path)
    stage = test.Stage("walls", [(str(tmp_path / "not-installed"),)])
    test.Running(stage).finish()
    assert (stage.passed, stage.failed) == (0, 1)


def test_a_check_that_comes_to_a_good_end_has_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test, "REPORTS", tmp_path)
    stage = test.Stage("walls", [("true",)])
    test.Running(stage).finish()
    assert (stage.passed, stage.failed) == (1, 0)
