"""How hard a password is to guess: the same in the service and in the browser."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from zxcvbn import zxcvbn

from services.accounts import strength
from services.contracts.errors import Invalid

ROOT = Path(__file__).resolve().parents[3]
OWN = ("erika.musterfrau@example.org", "Erika", "Musterfrau")
GOOD = (
    "drei kleine Wörter",
    "correct horse battery staple",
    "Grüße aus Sögel 7 mal",
    "пароль из слов и реки",
    "四つの言葉の列は強い",
    "xK9#mQ2$vL",
    " führendes und folgendes Leerzeichen ",
    "a" * 30 + "kQ7!vurrzelbaumig drei",
)
BAD = {
    "password1": "password_common",
    "musterfrau": "password_own_words",
    "Musterfrau2026": "password_own_words",
    "erika.musterfrau@example.org": "password_own_words",
    "sdfghjklpoiu": "password_keyboard",
    "aaaaaaaaaaaa": "password_repeat",
    "a" * 200: "password_repeat",
    "abcdefghijkl": "password_sequence",
    "27.03.1985": "password_date",
    "telephone": None,
}


@pytest.mark.parametrize("password", GOOD)
def test_a_few_words_or_enough_of_anything_is_good(password: str):
    strength.require_strong(password, OWN)


@pytest.mark.parametrize("password", BAD)
def test_what_is_easy_to_guess_is_refused_and_said_why(password: str):
    with pytest.raises(Invalid) as weak:
        strength.require_strong(password, OWN)
    (slug,) = weak.value.fields["password"]
    assert BAD[password] in (slug, None)


def test_what_belongs_to_the_person_counts_as_known():
    strength.require_strong("Wolkenkuckuck Mustermann", ())
    with pytest.raises(Invalid):
        strength.require_strong("Wolkenkuckuck", ("wolkenkuckuck@example.org",))


def test_the_longest_password_takes_no_longer_than_two_looks(monkeypatch: pytest.MonkeyPatch):
    looked = []

    def watched(password: str, **more: Any):
        looked.append(len(password))
        return zxcvbn(password, **more)

    monkeypatch.setattr(strength, "zxcvbn", watched)
    with pytest.raises(Invalid):
        strength.require_strong("abc" * 66, OWN)
    assert looked == [strength.SEEN, strength.SEEN]


def test_the_browser_judges_as_the_service_does():
    program = """
      const zxcvbn = require(process.argv[1] + "/node_modules/zxcvbn");
      const [passwords, own, seen] = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const score = (typed) => zxcvbn([...typed].slice(0, seen).join(""), own).score;
      console.log(JSON.stringify(passwords.map(score)));
    """
    passwords = [p for p in (*GOOD, *BAD) if len(p) <= strength.SEEN]
    own = ["erika", "musterfrau"]
    asked = json.dumps([passwords, own, strength.SEEN])
    done = subprocess.run(["node", "-e", program, str(ROOT)], input=asked, capture_output=True, text=True, check=True)
    here = [zxcvbn(p, user_inputs=own, max_length=strength.SEEN)["score"] for p in passwords]
    assert [score >= strength.ENOUGH for score in json.loads(done.stdout)] == [score >= strength.ENOUGH for score in here]


def test_the_page_looks_at_as_much_as_the_service():
    script = (ROOT / "gateway" / "static" / "password.js").read_text(encoding="utf-8")
    assert f"const ENOUGH = {strength.ENOUGH};" in script
    assert f"const SEEN = {strength.SEEN};" in script
