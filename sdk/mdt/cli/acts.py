"""How a planner becomes a command that sends: it looks at the state and answers with calls; account, dry run, sending and telling are the same for all.

A planner is a function of an `Actor`, and its command's options and arguments, that answers with calls, or with a `Deed` where there is more to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from mdt.cli.accounts import account_option
from mdt.cli.command import command, dry_run_option
from mdt.cli.output import say
from mdt.cli.scheduling import Scheduling, scheduling_options
from mdt.errors import GovernanceError
from mdt.names import TIMELOCK

if TYPE_CHECKING:
    from mdt.chain.abi import Event
    from mdt.chain.contract import Contract
    from mdt.chain.signers import Signer
    from mdt.cli.perform import Came
    from mdt.cli.session import Session
    from mdt.suite.calls import Call
    from mdt.suite.opened import Suite


@dataclass(frozen=True)
class Actor:
    """Somebody who is about to send something.

    Attributes:
        scheduling: How calls are scheduled that are the timelock's to make.
    """

    session: Session
    signer: Signer
    scheduling: Scheduling = field(default_factory=Scheduling)

    @property
    def suite(self) -> Suite:
        """The deployment."""
        return self.session.suite

    @property
    def address(self) -> str:
        """Who signs."""
        return str(self.signer.address)

    def named(self, text: str | None) -> str:
        """The address of somebody by name; one's own where none is named."""
        return self.address if text is None else self.session.address(text)

    def payee(self, text: str | None) -> str:
        """The address of somebody who gets tokens or a role; one's own where none is named. Refused where nobody has the key."""
        return self.address if text is None else self.session.payee(text)

    def wei(self, text: str) -> int:
        """Wei of `12.5 MDT`, above zero."""
        return self.session.wei(text)

    def goes_through_timelock(self, contract: Contract) -> bool:
        """Whether an owner's call of a contract is scheduled.

        Raises:
            AccountError: neither the signer nor the timelock is the owner.
        """
        from mdt.governance.owner import is_through_timelock

        return is_through_timelock(self.suite, contract, self.address)

    def acting_for(self, holder: str) -> str:
        """Who makes a call that is for the holder of a role: the timelock where it holds the role, else the signer, whoever that is."""
        return holder if self.is_timelock(holder) else self.address

    def is_timelock(self, account: str) -> bool:
        """Whether an account is the timelock, and not the signer."""
        return account != self.address and TIMELOCK in self.suite.contracts and account == self.suite[TIMELOCK].address

    def earliest(self, contract: Contract) -> tuple[str, int]:
        """By whom and when at the earliest an owner's call of a contract can be made: the timelock after its delay, or the signer now."""
        by = str(self.suite[TIMELOCK].address) if self.goes_through_timelock(contract) else self.address
        return by, self.soonest(by)

    def soonest(self, by: str) -> int:
        """When a call can be made at the earliest, in Unix seconds: by the timelock after its delay, by the signer now."""
        from mdt.governance.timelock import Timelock

        timelock = Timelock(self.suite)
        if not self.is_timelock(by):
            return timelock.now()
        delay = self.scheduling.seconds()
        return timelock.now() + (timelock.delay() if delay is None else delay)


@dataclass(frozen=True)
class Deed:
    """What a planner answers with, where calls are not all.

    Attributes:
        more: What else the JSON document says.
        came: What came of it, by the events of all its transactions: what is said before they are sent may be another by then.
        words: What a person is told before anything is sent, line by line.
        left: What is still to do, asked after each transaction, where the same call is due several times.
        by: Who has to make the calls: the timelock's are scheduled. None: the owner where the command is the owner's, else the signer.
    """

    calls: Sequence[Call]
    more: Mapping[str, Any] = field(default_factory=dict)
    came: Callable[[Sequence[Event]], Came] | None = None
    words: Sequence[str] = ()
    by: str | None = None
    left: Callable[[], Sequence[Call]] | None = None


Planner = Callable[..., "Sequence[Call] | Deed"]


def acts(group: click.Group, name: str, *options: Callable[[Any], Any], owner: bool = False, holder: bool = False) -> Callable[[Planner], click.Command]:
    """Make a planner a command, with `--account` and `--dry-run`; its docstring is the help.

    Args:
        group: Where it belongs.
        name: What it is called.
        options: click's options and arguments, in their order.
        owner: The calls are the owner's: through the timelock where that is the owner, with `--salt`, `--delay` and `--predecessor`.
        holder: The calls are for the holder of another role, whom the planner names (`Deed.by`): the same where that is the timelock.
    """

    def decorate(planner: Planner) -> click.Command:
        @wraps(planner)
        def run(session: Session, account: str | None, dry_run: bool, scheduling: Scheduling | None = None, **given: Any) -> None:
            actor = Actor(session, session.signer(account), scheduling or Scheduling())
            answer = planner(actor, **given)
            deed = answer if isinstance(answer, Deed) else Deed(answer)
            if deed.words and not session.as_json:
                say(*deed.words)
            _do(actor, deed, dry_run, is_scheduled=_is_scheduled(actor, deed, owner))

        return command(group, name, *options, *((scheduling_options,) if owner or holder else ()), account_option, dry_run_option)(run)

    return decorate


def _is_scheduled(actor: Actor, deed: Deed, owner: bool) -> bool:
    """Whether the calls are the timelock's to make.

    Raises:
        AccountError: the owner's calls, and neither the signer nor the timelock is the owner.
    """
    if deed.by is not None:
        return actor.is_timelock(deed.by)
    return owner and actor.goes_through_timelock(deed.calls[-1].contract)


def _do(actor: Actor, deed: Deed, dry_run: bool, *, is_scheduled: bool) -> None:
    """Schedule the calls, or send them.

    Raises:
        GovernanceError: options for scheduling where nothing is scheduled.
    """
    scheduling = actor.scheduling
    if is_scheduled:
        from mdt.cli.operations import predecessor_of, schedule
        from mdt.governance.owner import as_operation

        operation = as_operation(deed.calls, predecessor_of(actor.session, scheduling), scheduling.salt_bytes())
        schedule(actor.session, actor.signer, operation, dry_run, scheduling.seconds())
        return
    if scheduling.is_asked_for:
        raise GovernanceError(f"{actor.address} acts itself, so nothing is scheduled: leave out --salt, --delay and --predecessor")
    from mdt.cli.perform import perform

    perform(actor.session, actor.signer, deed.calls, dry_run, deed.more, deed.came, deed.left)
