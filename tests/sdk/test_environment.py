"""Variables of the environment: a misspelt one is refused with the one that was meant, and nothing that anything reads is unknown."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from mdt.cli.environment import OBEYED, OF_DEVELOPMENT, require_known
from mdt.cli.main import main
from mdt.errors import ConfigError
from mdt.files import ROOT

NAME = re.compile(r"(?<![A-Za-z_])MDT_[A-Z][A-Z_]*")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MDT_CONFIRMATION", "MDT_CONFIRMATIONS"),
        ("MDT_TIME_OUT", "MDT_TIMEOUT"),
        ("MDT_PASSPHRASEFILE", "MDT_PASSPHRASE_FILE"),
        ("MDT_PASSPHRSE", "MDT_PASSPHRASE"),
        ("MDT_NETWROK", "MDT_NETWORK"),
        ("mdt_rpc", "MDT_RPC"),
        ("MDT_STATE\x1b[31m", "MDT_STATE"),
    ],
)
def test_variable__misspelt__refused_with_the_one_that_was_meant(name, meant):
    with pytest.raises(ConfigError, match=f"which nothing reads: was {meant} meant") as caught:
        require_known({name: "12"})
    assert "\x1b" not in str(caught.value)


def test_variable__near_none__named_and_goes_on(capsys):
    require_known({"MDT_ELSEWHERE_X": "1", "MDT_CONFIRMATION": "", "HOME": "/", **dict.fromkeys((*OBEYED, *OF_DEVELOPMENT), "1")})
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("warning: the environment sets 'MDT_ELSEWHERE_X', which nothing reads; there are MDT_CONFIRMATIONS, ")


@pytest.mark.parametrize("words", [["token", "stats"], ["deploy", "--dry-run"], ["local", "advance", "1"]])
def test_commands__misspelt_variable__refused_before_anything_is_asked(words):
    done = CliRunner(mix_stderr=False).invoke(main, [*words, "--rpc", "http://127.0.0.1:1"], env={"MDT_CONFIRMATION": "12"})
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "error: the environment sets 'MDT_CONFIRMATION', which nothing reads: was MDT_CONFIRMATIONS meant? Correct the name, or unset it\n"
    assert CliRunner().invoke(main, [*words, "--help"], env={"MDT_CONFIRMATION": "12"}).exit_code == 0


def test_names__in_the_sources__are_all_known():
    files = [*(ROOT / "sdk").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile", *(ROOT / "tools").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    found = {name for path in files for name in NAME.findall(path.read_text("utf-8"))}
    assert found - {*OBEYED, *OF_DEVELOPMENT} == set()
    assert set(OBEYED) <= found
