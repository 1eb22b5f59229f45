"""What to do about a refusal that the state did not show beforehand, by the contracts' own words."""

from __future__ import annotations

from mdt.errors import RevertError

ADVICE = {
    "market: above the maximum": "the price turned meanwhile: ask for a quote again, and accept it or allow more (--slippage)",
    "market: below the minimum": "the price turned meanwhile: ask for a quote again, and accept it or allow more (--slippage)",
    "market: nothing announced": "somebody has applied or withdrawn it meanwhile: `mdt market show`",
    "market: nothing comes out": "it is too little for this market: give more",
    "market: nothing to collect": "somebody has collected it meanwhile",
    "market: nothing to sweep": "somebody has had it swept meanwhile",
    "market: short of tokens": "the paired token took some of what the market held, or takes a tax: only withdrawals go on",
    "market: too late": "it waited for longer than its deadline: run the command again",
    "staking: below the minimum": "stake at least what `mdt stake show` calls the minimum, or exit first",
    "staking: commission too high": "set at most the commission that staking allows",
    "staking: lock not over": "the lock still runs, or has no bonus",
    "staking: no such request": "`mdt stake show` lists the open ones",
    "staking: nothing to claim": "it has earned less than a wei since the last claim",
    "staking: over the limit": "its operator lets in no more: stake less, --at-most, or with another validator",
    "staking: own part too small": "its own stake carries no more delegations: stake less, --at-most, or with another validator",
    "staking: too early to cancel": "the network's stake was read without it meanwhile: it can come back a day after it was asked back",
    "staking: not the schedules": "Staking takes payments of other schedules: its owner has to name these (`set_schedules`); they stay due",
    "staking: takes more than that": "its commission has risen: look at `mdt validator show`, then accept it with --max-commission, or choose another",
    "staking: over the cap": "stake less, or with another validator",
    "staking: pool too thin": "it was slashed so often that its shares are worth too little: stake with another validator",
    "staking: shorter than the lock": "a lock can only get longer: give more months",
    "staking: slash pending": "wait until the slash in escrow has ended, or stake with another validator",
    "staking: slash unanswered": "`mdt slash answer` first",
    "staking: still answerable": "wait until it no longer answers for the validator it came from",
    "staking: still locked": "wait until the lock is over",
    "staking: still unbonding": "wait until the request is over",
    "staking: validator not active": "stake with another validator",
    "slasher: already appealed": "its operator or owner has appealed meanwhile: the arbiter decides",
    "slasher: already punished": "somebody has brought this evidence meanwhile: `mdt slash history`",
    "slasher: not announced": "somebody has opened or voided it meanwhile: `mdt slash status`",
    "slasher: not in escrow": "it was decided meanwhile: `mdt slash status`",
    "slasher: nothing owed": "somebody has had it paid meanwhile",
    "slasher: nothing registered": "somebody has had it punished meanwhile, or it counts no more: `mdt slash history`",
    "slasher: nothing to answer": "somebody has had it answer meanwhile",
    "slasher: window over": "anyone can execute it, nobody can appeal any more",
    "slasher: evidence too old": "the offence can no longer be punished",
    "slasher: out of order": "an epoch or a validator behind the newest report cannot be reported any more",
    "slasher: lapsed": "nobody opened it in time: it takes nothing any more",
    "slasher: not open yet": "wait until its warning is over",
    "slasher: slash announced": "wait until it was opened or voided, or has lapsed",
    "slasher: slash in escrow": "wait until it has ended",
    "slasher: too much jailed at once": "wait until the jail window is over: one appeal period from its first slash",
    "slasher: still jailed": "wait until the time is over",
    "validators: exited too recently": "it can rejoin a day after its exit",
    "validators: too early": "the deposit waits for an unbonding time, in seconds and in blocks: `mdt validator show`",
    "validators: key already used": "an address is a validator's vote key once: take a new one",
    "validators: no deposit": "somebody has had it paid back or recycled meanwhile",
    "validators: not proposed": "its owner has withdrawn or changed the proposal: `mdt validator show`",
    "validators: nothing queued": "it was applied or given up meanwhile: `mdt validator show`",
    "validators: slash in escrow": "wait until it has ended",
}


def advised(error: RevertError) -> RevertError:
    """The same error, with what to do."""
    advice = ADVICE.get(error.reason or "")
    return RevertError(f"{error}: {advice}", error.reason) if advice else error
