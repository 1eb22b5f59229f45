"""Reading staking through the lens, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import EmptyAnswerError, RevertError, StakingError
from mdt.suite.opened import Suite

OWN_SLOT = 8
SLOTS = 16
MAX_PAGE = 100
UNCAPPED = 2**256 - 1


def kept_under(owner: str, slot: int) -> str:
    """Under which owner a position is kept: own stake of a validator belongs to whoever owns it, and is kept under the zero address."""
    return ZERO_ADDRESS if slot >= OWN_SLOT else owner


@dataclass(frozen=True)
class Reader:
    """The lens of a deployment, and what it does not say."""

    suite: Suite

    @property
    def lens(self) -> Contract:
        """The contract."""
        return self.suite["StakingLens"]

    @property
    def staking(self) -> Contract:
        """The contract."""
        return self.suite["Staking"]

    def now(self) -> int:
        """The time as a contract that is called now sees it: not every node tells the newest block's."""
        return int(self.suite["EmissionController"].call("status").timestamp)

    def validator_count(self) -> int:
        """Validators ever registered."""
        return int(self.suite["Validators"].call("validator_count"))

    def require(self, validator_id: int) -> None:
        """Refuse a number that no validator has.

        Raises:
            StakingError: there is none.
        """
        count = self.validator_count()
        if not 1 <= validator_id <= count:
            known = f"numbers go from 1 to {count} (`mdt validator list` shows them)" if count else "there is none yet (`mdt validator register`)"
            raise StakingError(f"there is no validator {validator_id}: {known}")

    def validators(self) -> list[Any]:
        """All validators, by number."""
        return self._all("validators")

    def detail(self, validator_id: int) -> Any:
        """Everything about a validator.

        Raises:
            StakingError: there is none of that number.
        """
        self.require(validator_id)
        return self.lens.call("validator_detail", validator_id)

    def positions(self, owner: str) -> list[Any]:
        """All positions of an account; own stake of the validators that it owns as well."""
        rows: list[Any] = []
        at = 1
        while at:
            page, at = self._page("positions_of", owner, at)
            rows += page
        return rows

    def position(self, validator_id: int, owner: str, slot: int) -> Any:
        """A position as IStaking says it.

        Raises:
            StakingError: no such validator.
        """
        self.require(validator_id)
        return self.staking.call("position", validator_id, kept_under(owner, slot), slot)

    def requests(self, validator_id: int, owner: str, slot: int) -> list[Any]:
        """Unbonding requests that were neither withdrawn nor cancelled."""
        kept = kept_under(owner, slot)
        count = int(self.position(validator_id, owner, slot).request_count)
        rows: list[Any] = []
        for offset in range(0, count, MAX_PAGE):
            rows += self.lens.call("requests_of", validator_id, kept, slot, offset, MAX_PAGE)
        return rows

    def slashes(self, validator_id: int) -> list[Any]:
        """All slashes of a validator, oldest first."""
        self.require(validator_id)
        return self._all("slashes_of", validator_id)

    def weight(self, validator_id: int, owner: str, slot: int, amount: int = 0, months: int = 0) -> Any:
        """What a position weighs, or would weigh with `amount` wei and a lock of `months` more."""
        return self.lens.call("preview_weight", validator_id, kept_under(owner, slot), slot, amount, months)

    def _all(self, function: str, *arguments: Any) -> list[Any]:
        """Every page of rows that are counted from 0."""
        rows: list[Any] = []
        while page := self._page(function, *arguments, len(rows)):
            rows += page
        return rows

    def _page(self, function: str, *arguments: Any) -> Any:
        """A page as large as it comes; where a node has not the gas for it (validators far behind many decay tables), a smaller one."""
        limit = MAX_PAGE
        while True:
            try:
                return self.lens.call(function, *arguments, limit)
            except (EmptyAnswerError, RevertError):
                if limit == 1:
                    raise
                limit = max(1, min(limit, 40) // 3)
