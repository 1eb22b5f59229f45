"""What operators do with their validators: each function looks at the state, and answers with the calls to send."""

from __future__ import annotations

from mdt.addresses import ZERO_ADDRESS
from mdt.chain.contract import Contract
from mdt.errors import StakingError
from mdt.staking.reader import Reader
from mdt.suite.calls import Call, approvals
from mdt.suite.opened import Suite
from mdt.suite.words import status_words
from mdt.units import format_bps, when

MAX_METADATA = 256


class Operator:
    """One account that is, or wants to be, a validator's operator."""

    def __init__(self, suite: Suite, account: str) -> None:
        """Take a deployment, and who it is about."""
        self.suite, self.account = suite, account
        self.reader = Reader(suite)

    @property
    def validators(self) -> Contract:
        """The contract."""
        return self.suite["Validators"]

    def register(self, amount: int, commission_bps: int, metadata: str) -> list[Call]:
        """Become a validator with a first stake, approved first if need be."""
        terms = self.suite["Staking"].call("terms")
        self._check_unused(self.account)
        self._check_commission(commission_bps)
        self._check_metadata(metadata)
        if amount < terms.min_validator_stake:
            raise StakingError(f"{self.suite.show(amount)} is below the least a validator stakes, {self.suite.show(terms.min_validator_stake)}: stake more")
        words = f"register {self.account} as validator with {self.suite.show(amount)} and a commission of {format_bps(commission_bps)}"
        return [*approvals(self.suite, self.account, amount), Call(self.validators, "register", (amount, commission_bps, metadata), words)]

    def set_commission(self, bps: int) -> list[Call]:
        """Lower the commission at once, or queue an increase."""
        profile = self.validators.call("profile", self.reader.operated_by(self.account))
        self._check_commission(bps)
        if bps == profile.commission_bps and not profile.commission_applies_at:
            raise StakingError(f"the commission is {format_bps(bps)} already, and nothing is queued")
        words = f"set the commission to {format_bps(bps)}, at once"
        if bps > profile.commission_bps:
            words = f"queue a commission of {format_bps(bps)}, one unbonding period ahead"
        elif bps == profile.commission_bps:
            words = f"give up the queued commission of {format_bps(profile.queued_commission_bps)}"
        return [Call(self.validators, "set_commission", (bps,), words)]

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

    def set_metadata(self, metadata: str) -> list[Call]:
        """Change what the validator says about itself."""
        profile = self.validators.call("profile", self.reader.operated_by(self.account))
        self._check_metadata(metadata)
        if profile.metadata == metadata:
            raise StakingError(f"it says {metadata!r} already")
        return [Call(self.validators, "set_metadata", (metadata,), f"say {metadata!r} about itself")]

    def propose_operator(self, account: str) -> list[Call]:
        """Name who may take the validator over; the zero address withdraws a proposal."""
        number = self.reader.operated_by(self.account)
        proposed = self.validators.call("profile", number).proposed_operator
        if account == proposed:
            raise StakingError(f"{account} is proposed already" if account != ZERO_ADDRESS else "nobody is proposed: there is nothing to withdraw")
        if account != ZERO_ADDRESS:
            self._check_unused(account)
        words = f"propose {account} as operator of validator {number}" if account != ZERO_ADDRESS else f"withdraw the proposal of {proposed}"
        return [Call(self.validators, "propose_operator", (account,), words)]

    def accept_operator(self, validator_id: int) -> list[Call]:
        """Take a validator over."""
        self.reader.require(validator_id)
        proposed = self.validators.call("profile", validator_id).proposed_operator
        if proposed != self.account:
            named = "nobody is proposed" if proposed == ZERO_ADDRESS else f"{proposed} is proposed"
            raise StakingError(f"{self.account} was not proposed as operator of validator {validator_id}, {named}: its operator proposes first")
        self._check_unused(self.account)
        words = f"take over validator {validator_id}: key, own stake and commission"
        return [Call(self.validators, "accept_operator", (validator_id,), words)]

    def exit(self) -> list[Call]:
        """Stop earning."""
        number = self.reader.operated_by(self.account)
        if self.suite["Staking"].call("validator", number).status & 2:
            raise StakingError(f"validator {number} has exited already")
        return [Call(self.validators, "exit", (), f"stop validator {number}: it earns nothing from then on, and its stake can be unstaked")]

    def rejoin(self) -> list[Call]:
        """Earn again after an exit."""
        number = self.reader.operated_by(self.account)
        status = self.suite["Staking"].call("validator", number).status
        if not status & 2:
            raise StakingError(f"validator {number} has not exited: it is {status_words(status)}")
        return [Call(self.validators, "rejoin", (), f"let validator {number} earn again, if nothing else bars it")]

    def unjail(self) -> list[Call]:
        """Leave jail."""
        number = self.reader.operated_by(self.account)
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
        """Have a validator's commission paid to its operator; anyone may."""
        self.reader.require(validator_id)
        owed = self.suite["Staking"].call("validator", validator_id).commission_owed
        if owed == 0:
            raise StakingError(f"validator {validator_id} has earned no commission since the last claim")
        words = f"pay {self.suite.show(owed)} of commission to validator {validator_id}'s operator"
        return [Call(self.suite["Staking"], "claim_commission", (validator_id,), words)]

    # --- what the contract would refuse ---

    def _check_unused(self, account: str) -> None:
        key = self.validators.call("key", account)
        if key.validator_id:
            raise StakingError(f"{account} is or was a key of validator {key.validator_id}: an address is a validator's key once, take a new one")

    def _check_commission(self, bps: int) -> None:
        most = self.suite["Staking"].call("terms").max_commission_bps
        if bps > most:
            raise StakingError(f"a commission of {format_bps(bps)} is above the most that is allowed, {format_bps(most)}")

    def _check_metadata(self, metadata: str) -> None:
        size = len(metadata.encode())
        if size > MAX_METADATA:
            raise StakingError(f"the metadata is {size} bytes, at most {MAX_METADATA} fit: a name and the address of a page are enough")
