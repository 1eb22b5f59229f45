"""What an external function says that it refuses (`@custom:error`) is what it can refuse, so that a reference can be made of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tools import contracts, refusals
from tools.refusals import Function

FUNCTIONS = {str(function): function for function in refusals.external()}

# No caller can bring these about: the fields are wide enough for all there can be, whatever is asked.
NOBODYS = {"packing: value too large"}

FIRST_OF_ALL = "asked of an empty storage: there is nothing yet that it could be the same as, or could be missing in"
NEW_SHARES = "new shares come from nobody, who has no balance to look at"

# Refusals that stand in what a function calls, and that its own arguments or checks keep it from, each with why.
RULED_OUT: dict[str, tuple[set[str], str]] = {
    "contracts/emission/EmissionController.vy: __init__": ({"attestations: no change", "guardian: no change", "controller: no change"}, FIRST_OF_ALL),
    "contracts/slashing/Slasher.vy: __init__": ({"slasher: unknown offence", "slasher: no change"}, FIRST_OF_ALL),
    "contracts/staking/liquid/modules/liquid_entry.vy: deposit": ({"lst: balance too low"}, NEW_SHARES),
    "contracts/staking/liquid/modules/liquid_entry.vy: mint": ({"lst: balance too low"}, NEW_SHARES),
    "contracts/staking/liquid/modules/liquid_exits.vy: price_batch": ({"lst: balance too low"}, "the vault holds the shares that wait for it to price them"),
    "contracts/staking/Staking.vy: claim": ({"staking: lock not over"}, "the lock is ended only once it is seen to be over"),
    "contracts/staking/Staking.vy: stake": ({"staking: nothing to claim", "staking: slot not empty"}, "no rewards are added, and nothing is carried over"),
    "contracts/staking/Staking.vy: restake": (
        {
            "staking: lock too long",
            "staking: no stake",
            "staking: over the cap",
            "staking: over the limit",
            "staking: own part too small",
            "staking: shorter than the lock",
            "staking: slot not empty",
            "staking: takes more than that",
        },
        "no lock is asked for, nothing is carried over or said of commissions, what is added is not nothing, and nothing keeps rewards out",
    ),
    "contracts/staking/modules/redelegation.vy: redelegate": (
        {
            "staking: slot out of range",
            "staking: lock too long",
            "staking: nothing to claim",
            "staking: shorter than the lock",
        },
        "slots above the delegations' are refused as own stake, no lock is asked for, and an amount of nothing is refused before",
    ),
    "contracts/staking/modules/registry_calls.vy: open": (
        {
            "staking: lock too long",
            "staking: no stake",
            "staking: nothing to claim",
            "staking: over the limit",
            "staking: own part too small",
            "staking: pool too thin",
            "staking: shorter than the lock",
            "staking: slash pending",
            "staking: slash unanswered",
            "staking: slot not empty",
            "staking: slot out of range",
            "staking: still answerable",
            "staking: takes more than that",
            "staking: unknown validator",
            "staking: validator not active",
        },
        "the pool was opened empty a moment before, and its first stake is its validator's own, without a lock",
    ),
    "contracts/staking/modules/registry_calls.vy: set_registry": ({"staking: no change"}, "the successor of nobody is somebody: zero is refused before"),
}


@cache
def deployables_of(path: Path) -> frozenset[str]:
    """Deployables that a file is compiled into."""
    return frozenset(name for name in contracts.deployables() if path in closure(contracts.CONTRACTS / f"{name}.vy"))


@cache
def closure(path: Path) -> frozenset[Path]:
    """A file and all that it imports."""
    return frozenset({path}).union(*(closure(module) for module in refusals.imported(path).values()))


@cache
def reached_elsewhere(deployables: frozenset[str]) -> frozenset[str]:
    """What the functions of other contracts than these can refuse with."""
    others = [function for function in FUNCTIONS.values() if not deployables & deployables_of(function.path)]
    return frozenset(set().union(*(refusals.reached(function) for function in others)))


def ruled_out(where: str) -> set[str]:
    return RULED_OUT.get(where, (set[str](), ""))[0]


@pytest.mark.parametrize("where", FUNCTIONS)
def test_external_function__documented_refusals__are_those_it_can_reach(where: str) -> None:
    function = FUNCTIONS[where]
    said, reached = refusals.documented(function), refusals.reached(function) - NOBODYS
    missing = reached - ruled_out(where) - said
    assert not missing, f"{where}: @custom:error does not list {sorted(missing)}"
    # what a contract that is called refuses with may be listed too
    invented = said - reached - reached_elsewhere(deployables_of(function.path))
    assert not invented, f"{where}: @custom:error lists {sorted(invented)}, which nothing in it refuses with"


@pytest.mark.parametrize("where", RULED_OUT)
def test_ruled_out__each__stands_in_what_is_called_and_is_not_documented(where: str) -> None:
    reasons, why = RULED_OUT[where]
    assert len(why) > 20
    assert reasons <= refusals.reached(FUNCTIONS[where])
    assert not reasons & refusals.documented(FUNCTIONS[where])


@pytest.mark.parametrize("path", sorted({function.path for function in FUNCTIONS.values()}), ids=lambda path: path.stem)
def test_source__external_functions__speak_of_refusals_in_one_way(path: Path) -> None:
    for function in FUNCTIONS.values():
        doc = refusals.documentation(function)
        rest = doc.replace(refusals.errors(function), "")
        assert function.path != path or not re.search(r"Reverts (with|as)", rest), f"{function}: list it under @custom:error"
        assert function.path != path or not refusals.QUOTED.findall(rest), f"{function}: a refusal is quoted outside of @custom:error"


SAMPLE = '''# pragma version ~=0.4.3
from . import other
@external
def act(_a: uint256):
    """
    @notice Acts.
    @param _a A number.
    @custom:error "sample: too small" Below one.
                  "sample: gone", as `look`
    """
    self._check(_a)
    other._act()
@internal
def _check(_a: uint256):
    assert _a > 0, "sample: too small"
    if _a == 7:
        raise "sample: seven"
@external
def look():
    """
    @custom:error "sample: hidden"
    """
'''
OTHER = """# pragma version ~=0.4.3
from . import checks
interface Far:
    def _far(): nonpayable
@internal
def _act():
    checks._require(False, "other: never")
    extcall Far(self)._far()
@internal
def _far():
    raise "other: not called"
"""


def test_refusals__sample__are_read_and_reached(tmp_path: Path) -> None:
    (tmp_path / "sample.vy").write_text(SAMPLE)
    (tmp_path / "other.vy").write_text(OTHER)
    function = Function(tmp_path / "sample.vy", "act")
    assert refusals.documented(function) == {"sample: too small", "sample: gone", "sample: hidden"}
    assert refusals.reached(function) == {"sample: too small", "sample: seven", "other: never"}


def test_documented__unknown_function_named__is_refused(tmp_path: Path) -> None:
    (tmp_path / "sample.vy").write_text(SAMPLE.replace("as `look`", "as `lock`"))
    function = Function(tmp_path / "sample.vy", "act")
    with pytest.raises(ValueError, match="names `lock`, which is no function it knows"):
        refusals.documented(function)
