"""The reason codes are written twice, in Vyper and in Python: both must say the same."""

import re
from enum import IntEnum

from mdt.model.reasons import Burn, Discard, Fee, Miners, Mint, Recycle, mask
from tests.support.deployers import ROOT

FAMILIES: dict[str, type[IntEnum]] = {"MINT": Mint, "BURN": Burn, "RECYCLE": Recycle, "DISCARD": Discard, "MINERS": Miners, "FEE": Fee}


def test_reasons__vyper_file__has_the_same_codes_as_the_model() -> None:
    source = (ROOT / "contracts/common/reasons.vy").read_text()
    in_vyper = {name: int(code) for name, code in re.findall(r"^(\w+): constant\(uint256\) = (\d+)$", source, re.MULTILINE)}
    in_python = {f"{family}_{member.name}": int(member) for family, members in FAMILIES.items() for member in members}
    in_python |= {f"{family}_REASON_COUNT": len(FAMILIES[family]) for family in ("MINT", "BURN", "RECYCLE")} | {"FEE_KIND_COUNT": len(Fee)}
    assert in_vyper == in_python


def test_mask__several_reasons__sets_one_bit_each() -> None:
    assert mask() == 0
    assert mask(Mint.GENESIS, Mint.EPOCH_EMISSION) == 0b1000_0001
    assert mask(Burn.VOLUNTARY, Burn.VOLUNTARY) == 0b1000
