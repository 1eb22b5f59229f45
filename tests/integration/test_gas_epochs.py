"""The gas of reports is measured with inputs that change: no word of a report is written as it was."""

from __future__ import annotations

from typing import Any

from bench.gas.chain import Chain
from bench.gas.epochs import Epochs


def reported(epochs: Epochs) -> tuple[Any, ...]:
    epochs.submit()
    report: tuple[Any, ...] = epochs.controller.functions.pending().call()[1]
    epochs.settle()
    return report


def test_submit__two_epochs__no_input_root_or_total_repeats() -> None:
    epochs = Epochs(Chain())
    first, second = reported(epochs), reported(epochs)
    attempt = 1  # the first of each epoch
    assert [number for number, (old, new) in enumerate(zip(first, second, strict=True)) if old == new] == [attempt]
    assert len(epochs.paid) == 7  # five, and somebody new in each epoch


def test_grow_old__rings_are_full_and_reports_in_time() -> None:
    epochs = Epochs(Chain())
    epochs.grow_old()
    token, controller = epochs.token.functions, epochs.controller.functions
    assert min(token.mint_record_count().call(), token.burn_record_count().call()) >= 64
    assert epochs.chain.block_number <= controller.epoch_bounds(controller.next_epoch().call()).call()[1]
