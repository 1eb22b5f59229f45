"""Gas rows of the emission controller: reports, settlements, skips and vetoes of ordinary epochs, each unlike the one before.

Rows of a young chain are those of its first 64 epochs: each mint takes a new place in the token's ring of records. All others are the
ordinary ones, of a chain whose rings are full.
"""

from __future__ import annotations

from bench.gas.chain import Chain
from bench.gas.epochs import Epochs
from mdt.model.reasons import Mint


def measure(chain: Chain) -> dict[str, int]:
    """Rows of EmissionController: five reporters, three signatures."""
    epochs = Epochs(chain)
    controller, owner = epochs.controller.functions, epochs.owner
    rows = {"submit a report, 3 of 5, first": epochs.submit(), "settle an epoch, first": epochs.settle()}
    rows["submit a report, 3 of 5, young chain"] = epochs.submit()
    rows["settle an epoch, all minted, young chain"] = epochs.settle()
    epochs.grow_old()
    rows["submit a report, 3 of 5"] = epochs.submit()
    rows["cancel a report"] = chain.send(controller.cancel_report(), owner)
    rows["submit a report again, 3 of 5"] = epochs.submit()
    rows["settle an epoch, all minted"] = epochs.settle()
    epochs.submit(pays_miners=False)
    rows["settle an epoch without miners"] = epochs.settle()
    epochs.submit()
    rows["settle an epoch, part recycled"] = epochs.settle()
    chain.send(epochs.token.functions.mint(epochs.pool.address, 10_000 * 10**18, Mint.GENESIS), epochs.minter)
    epochs.submit()
    rows["settle an epoch, all recycled"] = epochs.settle()
    rows["skip 1 epoch"] = epochs.skip(1)
    rows["skip 1000 epochs"] = epochs.skip(1_000)
    rows["pause"] = chain.send(controller.pause(1), owner)
    return rows
