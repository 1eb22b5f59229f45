"""What a deployment says of its steps and of a comparison: words, not raw numbers; one verdict."""

from __future__ import annotations

import pytest

from mdt.deploy.findings import Area, Findings, other, same
from mdt.deploy.words import Naming, all_in_words, in_words
from mdt.errors import DeploymentError
from mdt.units import Denomination

MDT, DCHAT = Denomination(), Denomination("DCHAT", 12)
TOKEN = "0x" + "1" * 40
GRANT = [
    {"name": "_minter", "type": "address"},
    {"name": "_bucket", "type": "uint256"},
    {"name": "_reasons", "type": "uint256"},
    {"name": "_lifetime_cap", "type": "uint256"},
    {"name": "_window_seconds", "type": "uint256"},
]


def test_words__grant_of_a_minter__names_units_and_durations():
    values = [TOKEN, 1, 128, 5_040_000 * 10**18, 86_400]
    shown = all_in_words(GRANT, values, "propose_minter", MDT, Naming({TOKEN: "EmissionController"}))
    assert shown == "minter=EmissionController, bucket=block_emission, reasons=epoch_emission, lifetime_cap=5,040,000 MDT, window_seconds=1 day"


def test_words__another_token__amounts_in_its_unit():
    item = {"name": "_amount", "type": "uint256"}
    assert in_words(item, 5 * 10**12, "mint", DCHAT) == "5 DCHAT"
    assert in_words(item, 5 * 10**18, "mint", MDT) == "5 MDT"


def test_words__what_is_not_known_yet__stands_as_it_is():
    assert in_words({"name": "_token", "type": "address"}, "<MDT>", "") == "<MDT>"
    assert in_words({"name": "_amount", "type": "uint256"}, "read from the chain when it is reached", "mint") == "read from the chain when it is reached"


def test_words__constructors__amounts_whose_names_do_not_say_so_and_structs():
    assert in_words({"name": "_bucket_caps", "type": "uint256[5]"}, [10**18, 0], "", MDT) == "[1 MDT, 0 MDT]"
    terms = {"name": "_terms", "type": "tuple[]", "components": [{"name": "burn_bps", "type": "uint256"}, {"name": "least", "type": "uint256"}]}
    assert in_words(terms, [{"burn_bps": 2_500, "least": 10**18}], "", MDT) == "[{burn_bps: 25%, least: 1 MDT}]"


def test_findings__all_the_same__one_verdict():
    found = Findings(tuple(same(Area.ROLES, ["a", "b"]) + same(Area.GENESIS, ["c"])), ("supply 1 MDT",))
    found.require()
    assert found.verdict == "as deployed: 3 things compared"
    assert (found.compared, found.differences) == (["a", "b", "c"], [])


def test_findings__something_differs__counted_named_and_refused():
    found = Findings(tuple(same(Area.ROLES, ["a"]) + other(Area.MARKET, ["pool 1 is gone", "schedule 1 is gone"])))
    assert found.verdict == "not as deployed: 2 of 3 things compared differ"
    assert [(one.area, one.is_as_deployed) for one in found.all] == [("roles", True), ("market", False), ("market", False)]
    with pytest.raises(DeploymentError, match="pool 1 is gone; schedule 1 is gone"):
        found.require()
    assert Findings(tuple(other(Area.MARKET, ["x"]))).verdict == "not as deployed: 1 of 1 things compared differs"
