"""What owners, operators and vote keys do with validators: each function looks at the state, and answers with the calls to send."""

from __future__ import annotations

from typing import Any, Literal

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import StakingError
from mdt.model.staking.pool import ANY_AMOUNT
from mdt.staking.reader import Reader
from mdt.suite.calls import Call, approvals
from mdt.suite.opened import Suite
from mdt.suite.words import status_words
from mdt.units import DAY, format_bps, when

MAX_METADATA = 256


class Operator:
    """One account that is, or wants to be, a validator's owner, operator or vote key."""

    def __init__(self, suite: Suite, account: str) -> None:
        """Take a deployment, and who it is about."""
        self.suite, self.account = suite, account
        self.reader = Reader(suite)

    @property
    def validators(self) -> Contract:
        """The contract."""
        return self.suite["Validators"]

    def register(self, amount: int, commission_bps: int, metadata: str, owner: str | None = None) -> list[Call]:
        """Become a validator's operator and vote key, with a first stake that is the owner's, approved first if need be."""
        terms = self.suite["Staking"].call("terms")
        self._check_unused(self.account)
        self._check_commission(commission_bps)
        self._check_metadata(metadata)
        if amount < terms.min_validator_stake:
            raise StakingError(f"{self.suite.show(amount)} is below the least a validator stakes, {self.suite.show(terms.min_validator_stake)}: stake more")
        deposit = self.validators.call("DEPOSIT")
        held = int(self.suite["MDT"].call("balanceOf", self.account))
        if held < amount + deposit:
            needed = f"{self.suite.show(amount)} of stake and {self.suite.show(deposit)} of deposit"
            raise StakingError(f"{self.account} holds {self.suite.show(held)}, not {needed}: take less, or send it some first")
        whose = self.account if owner is None else owner
        words = f"register {self.account} as validator with {self.suite.show(amount)} and a commission of {format_bps(commission_bps)}, owned by {whose}"
        aside = self._deposit_approvals(deposit)
        return [*approvals(self.suite, self.account, amount), *aside, Call(self.validators, "register", (amount, commission_bps, metadata, whose), words)]

    def set_commission(self, validator_id: int, bps: int) -> list[Call]:
        """Lower the commission at once, or queue an increase."""
        profile = self._operated(validator_id)
        self._check_commission(bps)
        if bps == profile.commission_bps and not profile.commission_applies_at:
            raise StakingError(f"the commission is {format_bps(bps)} already, and nothing is queued")
        self._check_queued(validator_id, profile, bps)
        words = f"set the commission to {format_bps(bps)}, at once"
        if bps > profile.commission_bps:
            words = f"queue a commission of {format_bps(bps)}, one unbonding period ahead"
        elif bps == profile.commission_bps:
            words = f"give up the queued commission of {format_bps(profile.queued_commission_bps)}"
        return [Call(self.validators, "set_commission", (validator_id, bps), words)]

    def apply_commission(self, validator_id: int) -> list[Call]:
        """Let a queued increase take effect; anyone may."""
        self.reader.require(validator_id)
        profile = self.validators.call("profile", validator_id)
        if not profile.commission_applies_at:
            raise StakingError(f"validator {validator_id} has no commission queued: it stays at {format_bps(profile.commission_bps)}")
        if self.reader.now() < profile.commission_applies_at:
            raise StakingError(
                f"validator {validator_id}'s commission of {format_bps(profile.queued_commission_bps)} is due at {when(profile.commission_applies_at)}"
            )
        if self.reader.now() >= profile.commission_applies_at + self.validators.call("UNBONDING_SECONDS"):
            raise StakingError(
                f"validator {validator_id}'s commission of {format_bps(profile.queued_commission_bps)} was due at {when(profile.commission_applies_at)}"
                " and has expired since: the operator has to queue it again"
            )
        words = f"raise the commission of validator {validator_id} from {format_bps(profile.commission_bps)} to {format_bps(profile.queued_commission_bps)}"
        return [Call(self.validators, "apply_commission", (validator_id,), words)]

    def set_metadata(self, validator_id: int, metadata: str) -> list[Call]:
        """Change what the validator says about itself."""
        profile = self._operated(validator_id)
        self._check_metadata(metadata)
        if profile.metadata == metadata:
            raise StakingError(f"it says {metadata!r} already")
        return [Call(self.validators, "set_metadata", (validator_id, metadata), f"say {metadata!r} about itself")]

    def propose_owner(self, validator_id: int, account: str) -> list[Call]:
        """Name who may take the validator over; the zero address withdraws a proposal."""
        profile = self._owned(validator_id)
        self._check_proposal(account, profile.proposed_owner)
        if account == self.account:
            raise StakingError(f"{account} owns validator {validator_id} already")
        words = f"propose {account} as owner of validator {validator_id}" if account != ZERO_ADDRESS else f"withdraw the proposal of {profile.proposed_owner}"
        return [Call(self.validators, "propose_owner", (validator_id, account), words)]

    def accept_owner(self, validator_id: int) -> list[Call]:
        """Take a validator over."""
        self._check_proposed(validator_id, "owner")
        words = f"take over validator {validator_id}: own stake, commission and what becomes of its other keys"
        return [Call(self.validators, "accept_owner", (validator_id,), words)]

    def set_operator(self, validator_id: int, account: str) -> list[Call]:
        """Let an account operate the validator, and the one before no longer."""
        operator = self._owned(validator_id).operator
        if operator == account:
            raise StakingError(f"{account} operates validator {validator_id} already")
        return [Call(self.validators, "set_operator", (validator_id, account), f"let {account} operate validator {validator_id}, and {operator} no longer")]

    def propose_vote_key(self, validator_id: int, account: str) -> list[Call]:
        """Name the account whose votes may count next; the zero address withdraws a proposal."""
        proposed = self._owned(validator_id).proposed_vote_key
        self._check_proposal(account, proposed)
        if account != ZERO_ADDRESS:
            self._check_unused(account)
        words = f"propose {account} as vote key of validator {validator_id}" if account != ZERO_ADDRESS else f"withdraw the proposal of {proposed}"
        return [Call(self.validators, "propose_vote_key", (validator_id, account), words)]

    def accept_vote_key(self, validator_id: int) -> list[Call]:
        """Become a validator's vote key."""
        self._check_proposed(validator_id, "vote_key")
        self._check_unused(self.account)
        words = f"become the vote key of validator {validator_id}: votes of {self.account} count for it from then on"
        return [Call(self.validators, "accept_vote_key", (validator_id,), words)]

    def set_limit(self, number: int, limit: int) -> list[Call]:
        """Let in delegations up to `limit` wei in all; `ANY_AMOUNT` for any, 0 for none."""
        self._operated(number)
        limit = min(limit, ANY_AMOUNT)
        much = "any delegation" if limit == ANY_AMOUNT else f"delegations up to {self.suite.show(limit)}" if limit else "no further delegation"
        if self.suite["Staking"].call("validator", number).delegation_cap == limit:
            raise StakingError(f"validator {number} lets {much} in already")
        return [Call(self.validators, "set_limit", (number, limit), f"let {much} in with validator {number}; what is there stays")]

    def exit(self, number: int) -> list[Call]:
        """Stop earning."""
        self._operated(number)
        if self.suite["Staking"].call("validator", number).status & 2:
            raise StakingError(f"validator {number} has exited already")
        return [Call(self.validators, "exit", (number,), f"stop validator {number}: it earns nothing from then on, and its stake can be unstaked")]

    def rejoin(self, number: int) -> list[Call]:
        """Earn again after an exit."""
        self._operated(number)
        status = self.suite["Staking"].call("validator", number).status
        if not status & 2:
            raise StakingError(f"validator {number} has not exited: it is {status_words(status)}")
        back_at = self.validators.call("deposit_free_at", number) - self.suite["Staking"].call("terms").unbonding_seconds + DAY
        if self.reader.now() < back_at:
            raise StakingError(f"validator {number} exited less than a day ago: it can rejoin from {when(back_at)} on")
        missing = self.validators.call("DEPOSIT") - self.validators.call("deposit_of", number)
        return [*self._deposit_approvals(missing), Call(self.validators, "rejoin", (number,), f"let validator {number} earn again, if nothing else bars it")]

    def withdraw_deposit(self, number: int) -> list[Call]:
        """Be paid the deposit back."""
        profile = self._owned(number)
        self._check_deposit(number, profile)
        status = self.suite["Staking"].call("validator", number).status
        if status != 2:
            raise StakingError(f"validator {number} is {status_words(status)}: its deposit is paid back when it is exited, and nothing else")
        if self.reader.now() < profile.deposit_free_at:
            raise StakingError(f"the deposit of validator {number} is paid back from {when(profile.deposit_free_at)} on")
        first = profile.exited_at + self.suite["Staking"].call("terms").unbonding_blocks
        if self.suite.chain.head() + 1 < first:
            raise StakingError(f"the deposit of validator {number} is paid back from block {first:,} on")
        words = f"pay {self.suite.show(profile.deposit)} of validator {number}'s deposit back to {self.account}"
        return [Call(self.validators, "withdraw_deposit", (number,), words)]

    def forfeit_deposit(self, number: int) -> list[Call]:
        """Hand the deposit of a validator that is out for good to the recycling pool; anyone may."""
        self.reader.require(number)
        profile = self.validators.call("profile", number)
        self._check_deposit(number, profile)
        pool = self.suite["Staking"].call("validator", number)
        if not pool.status & 8:
            raise StakingError(f"validator {number} is {status_words(pool.status)}, not tombstoned: its deposit stays")
        if pool.pending_slashes:
            raise StakingError(f"validator {number} has a slash in escrow, which may be overturned: its deposit stays until it ends")
        return [Call(self.validators, "forfeit_deposit", (number,), f"recycle {self.suite.show(profile.deposit)} of validator {number}'s deposit")]

    def unjail(self, number: int) -> list[Call]:
        """Leave jail."""
        self._operated(number)
        detail = self.reader.detail(number)
        if detail.pool.status & 8:
            raise StakingError(f"validator {number} signed two blocks at one height: it is out for good. Its stake can be unstaked")
        if not detail.pool.status & 4:
            raise StakingError(f"validator {number} is not in jail: it is {status_words(detail.pool.status)}")
        if detail.pending_slashes:
            numbers = ", ".join(str(one.slash_id) for one in detail.pending_slashes)
            raise StakingError(f"validator {number} has slashes in escrow ({numbers}): they have to end first, `mdt slash status {numbers.split(', ')[0]}`")
        if detail.jailed_until > self.reader.now():
            raise StakingError(f"validator {number} is in jail until {when(detail.jailed_until)}: unjail it then")
        return [Call(self.suite["Slasher"], "unjail", (number,), f"let validator {number} out of jail")]

    def claim_commission(self, validator_id: int) -> list[Call]:
        """Have a validator's commission paid to its owner; anyone may."""
        self.reader.require(validator_id)
        owed = self.suite["Staking"].call("validator", validator_id).commission_owed
        if owed == 0:
            raise StakingError(f"validator {validator_id} has earned no commission since the last claim")
        words = f"pay the commission of validator {validator_id} to its owner"
        return [Call(self.suite["Staking"], "claim_commission", (validator_id,), words, forecast=f": {self.suite.show(owed)}, and what comes until then")]

    # --- what the contract would refuse ---

    def _owned(self, validator_id: int) -> Any:
        self.reader.require(validator_id)
        profile = self.validators.call("profile", validator_id)
        if profile.owner != self.account:
            raise StakingError(f"validator {validator_id} is owned by {profile.owner}, not by {self.account}: pass its owner's --account")
        return profile

    def _operated(self, validator_id: int) -> Any:
        self.reader.require(validator_id)
        profile = self.validators.call("profile", validator_id)
        if self.account not in (profile.operator, profile.owner):
            known = (
                f"{profile.operator} operates it and {profile.owner} owns it"
                if profile.operator != profile.owner
                else f"{profile.operator} owns and operates it"
            )
            raise StakingError(f"{self.account} may not operate validator {validator_id}, {known}: pass one of their accounts as --account")
        return profile

    def _deposit_approvals(self, amount: int) -> list[Call]:
        return approvals(self.suite, self.account, amount, "Validators") if amount else []

    def _check_deposit(self, number: int, profile: Any) -> None:
        if not profile.deposit:
            raise StakingError(f"validator {number} has no deposit in place")

    def _check_proposal(self, account: str, proposed: str) -> None:
        if account == proposed:
            raise StakingError(f"{account} is proposed already" if account != ZERO_ADDRESS else "nobody is proposed: there is nothing to withdraw")

    def _check_proposed(self, validator_id: int, what: Literal["owner", "vote_key"]) -> None:
        self.reader.require(validator_id)
        proposed = getattr(self.validators.call("profile", validator_id), f"proposed_{what}")
        if proposed != self.account:
            named = "nobody is proposed" if proposed == ZERO_ADDRESS else f"{proposed} is proposed"
            raise StakingError(f"{self.account} was not proposed as {what.replace('_', ' ')} of validator {validator_id}, {named}: its owner proposes first")

    def _check_unused(self, account: str) -> None:
        key = self.validators.call("key", account)
        if key.validator_id:
            raise StakingError(f"{account} is or was the vote key of validator {key.validator_id}: an address is a validator's vote key once, take a new one")

    def _check_commission(self, bps: int) -> None:
        most = self.suite["Staking"].call("terms").max_commission_bps
        if bps > most:
            raise StakingError(f"a commission of {format_bps(bps)} is above the most that is allowed, {format_bps(most)}")

    def _check_queued(self, validator_id: int, profile: Any, bps: int) -> None:
        """Queued once more, a commission would wait anew: only one that has expired is."""
        applies_at = profile.commission_applies_at
        if applies_at and bps == profile.queued_commission_bps and self.reader.now() < applies_at + self.validators.call("UNBONDING_SECONDS"):
            way = f"`mdt validator commission apply {validator_id}` from {when(applies_at)} on"
            raise StakingError(f"a commission of {format_bps(bps)} is queued already, once more it would wait anew: {way}")

    def _check_metadata(self, metadata: str) -> None:
        size = len(metadata.encode())
        if size > MAX_METADATA:
            raise StakingError(f"the metadata is {size} bytes, at most {MAX_METADATA} fit: a name and the address of a page are enough")
