"""ABI, bytecode size, storage layout (F10) and gas are as recorded; a change is seen and accepted, never slipped in."""

from __future__ import annotations

import json

import pytest

from tools import contracts, snapshots

DEPLOYABLES = contracts.deployables()


@pytest.mark.parametrize("kind", ["abi", "sizes", "storage", "gas"])
def test_snapshot__recorded__is_what_is_true_now(kind: str) -> None:
    difference = snapshots.differences(kind)
    assert not difference, f"\n{difference}\n{snapshots.ACCEPT}"


def test_snapshot__changed_contract__shows_the_line_and_how_to_accept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = snapshots.sizes()["sizes.json"].replace('"runtime": ', '"runtime": 9')
    monkeypatch.setitem(snapshots.KINDS, "sizes", lambda: {"sizes.json": text})
    assert snapshots.main(["sizes"]) == 1
    said = capsys.readouterr().out
    assert "--- snapshots/sizes.json (in git)" in said
    assert "make snapshots" in said


def test_snapshot__removed_contract__is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    abis = snapshots.abis()
    name, _ = abis.popitem()
    monkeypatch.setitem(snapshots.KINDS, "abi", lambda: abis)
    assert f"snapshots/{name} has no contract any more" in snapshots.differences("abi")


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_layout__slots__do_not_overlap(name: str) -> None:
    taken: dict[int, str] = {}
    for variable, where in contracts.layout(name).items():
        if where.startswith("slot "):
            at, size = (int(part.split()[0]) for part in where.removeprefix("slot ").split(": ")[0].split(", "))
            for slot in range(at, at + min(size, 1_000)):
                assert slot not in taken, f"{variable} and {taken[slot]} share slot {slot}"
                taken[slot] = variable


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_abi_snapshot__is_json_an_integrator_can_load(name: str) -> None:
    path = snapshots.SNAPSHOTS / "abi" / f"{name.split('/')[-1]}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == contracts.abi(name)


OF_OTHERS = {"make_and_undo(address[],bytes[])", "discard_refuted(uint256,address)"}
"""The inner half of `try_batch`, and of what `RootAudit` refutes: in their rows it is."""
REFUSE_ALWAYS = {"previewRedeem(uint256)", "previewWithdraw(uint256)"}
"""ERC-7540 wants it of a vault that prices exits later."""


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_gas_snapshot__every_external_function__has_a_row(name: str) -> None:
    rows = json.loads((snapshots.SNAPSHOTS / "gas.json").read_text(encoding="utf-8"))[name.split("/")[-1]]
    missing = set(contracts.external_functions(name)) - set(rows) - OF_OTHERS - REFUSE_ALWAYS
    assert not missing, f"bench/gas/lives never calls {sorted(missing)} of {name}"
    assert set(rows) - set(contracts.external_functions(name)) == {"__init__"}
    assert all(gas > 21_000 for gas in rows.values())
