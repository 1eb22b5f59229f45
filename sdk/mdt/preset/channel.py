"""How much a contract may mint out of the block-emission bucket, as a preset states it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from mdt.preset.quantities import DAY, Duration, Section, Wei, unit_of


class Channel(Section):
    """A minter of the block-emission bucket: lifetime cap, and at most `window_cap` per `window` seconds; at zero it is granted nothing."""

    channel_cap: Wei
    window: Annotated[int, Duration(60, 365 * DAY)]
    window_cap: Wei

    @property
    def is_minter(self) -> bool:
        """Whether the contract is granted anything."""
        return self.channel_cap > 0

    @model_validator(mode="after")
    def _window_within_channel(self, info: ValidationInfo) -> Self:
        amount = unit_of(info).format
        if self.window_cap > self.channel_cap:
            raise ValueError(f"window_cap is {amount(self.window_cap)}, it must be at most channel_cap = {amount(self.channel_cap)}")
        if self.is_minter and not self.window_cap:
            raise ValueError("window_cap is zero: nothing would ever be minted; with a channel_cap of zero as well nothing is granted at all")
        return self
