"""propose_minter, grant_minter, revoke_minter, withdraw_proposal, finish_setup, set_guardian and ownership."""

import boa
import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.model.reasons import Mint
from mdt.units import DAY, HOUR
from tests.support.token import BUCKETS, TOKEN, deploy_token, grant

UNIT = 10**18
UNLIMITED = 2**256 - 1
DELAY = TOKEN.grant_delay
PERIOD = 30 * DAY
SOUND = {"bucket": 1, "reasons": 0b10, "lifetime_cap": 1_000, "window_cap": 100, "window_seconds": HOUR}
NOTHING = (0, 0, 0, 0, 0, 0)


def propose(token, minter, sender=None, **changed):
    token.propose_minter(minter, *(SOUND | changed).values(), sender=sender or token.owner())


@pytest.fixture
def live(token, owner):
    """The token after its set-up."""
    token.finish_setup(sender=owner)
    return token


# --- propose ---


def test_propose_minter__in_the_set_up__can_be_granted_at_once(token, owner, minter):
    propose(token, minter)
    (entry,) = token.get_logs()
    assert type(entry).__name__ == "MinterProposed"
    assert (entry.minter, entry.bucket, entry.reasons, entry.lifetime_cap) == (minter, 1, 0b10, 1_000)
    assert (entry.window_cap, entry.window_seconds, entry.effective_at) == (100, HOUR, boa.env.timestamp)
    assert tuple(token.proposal(minter)) == (*SOUND.values(), boa.env.timestamp)
    assert not token.minter(minter).is_active
    token.grant_minter(minter, sender=owner)


def test_propose_minter__after_the_set_up__names_the_wait(live, minter):
    propose(live, minter)
    (entry,) = live.get_logs()
    assert entry.effective_at == live.proposal(minter).effective_at == boa.env.timestamp + DELAY


def test_propose_minter__again__replaces_it_and_starts_the_clock_again(live, owner, minter):
    propose(live, minter)
    boa.env.timestamp += DELAY - 1
    propose(live, minter, window_cap=7)
    boa.env.timestamp += 1
    with boa.reverts("mdt: proposal still waiting"):
        live.grant_minter(minter, sender=owner)
    boa.env.timestamp += DELAY - 1
    live.grant_minter(minter, sender=owner)
    assert live.minter(minter).window_cap == 7


def test_propose_minter__not_owner__reverts(token, guardian, minter, attacker):
    for caller in (guardian, minter, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            propose(token, minter, sender=caller)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"bucket": 5}, "mdt: bad bucket"),
        ({"bucket": UNLIMITED}, "mdt: bad bucket"),
        ({"reasons": 0}, "mdt: bad reasons"),
        ({"reasons": 0x100}, "mdt: bad reasons"),
        ({"reasons": UNLIMITED}, "mdt: bad reasons"),
        ({"lifetime_cap": 0}, "mdt: bad lifetime cap"),
        ({"lifetime_cap": BUCKETS[1] + 1}, "mdt: bad lifetime cap"),
        ({"lifetime_cap": UNLIMITED}, "mdt: bad lifetime cap"),
        ({"window_cap": 0}, "mdt: bad window cap"),
        ({"window_cap": 1_001}, "mdt: bad window cap"),
        ({"window_seconds": 59}, "mdt: bad window length"),
        ({"window_seconds": 365 * DAY + 1}, "mdt: bad window length"),
        ({"window_seconds": UNLIMITED}, "mdt: bad window length"),
    ],
)
def test_propose_minter__out_of_bounds__reverts(token, minter, changed, reason):
    with boa.reverts(reason):
        propose(token, minter, **changed)
    assert tuple(token.proposal(minter)) == NOTHING


@pytest.mark.parametrize(
    "changed",
    [
        {"bucket": 0},
        {"bucket": 4},
        {"reasons": 1},
        {"reasons": 0xFF},
        {"lifetime_cap": 1, "window_cap": 1},
        {"lifetime_cap": BUCKETS[1]},
        {"window_cap": 1},
        {"window_cap": 1_000},
        {"window_seconds": 60},
        {"window_seconds": 365 * DAY},
    ],
)
def test_propose_minter__at_the_bounds__is_taken_and_read_back(token, owner, minter, changed):
    propose(token, minter, **changed)
    token.grant_minter(minter, sender=owner)
    state = token.minter(minter)
    assert {key: getattr(state, key) for key in SOUND} == SOUND | changed


def test_propose_minter__zero__reverts(token):
    with boa.reverts("mdt: zero address"):
        propose(token, ZERO_ADDRESS)


def test_propose_minter__several_faults__names_the_first_in_the_models_order(token, minter):
    faults = {"bucket": 5, "lifetime_cap": 0, "reasons": 0, "window_cap": 0, "window_seconds": 0}
    for key, reason in zip(faults, ("bucket", "lifetime cap", "reasons", "window cap", "window length"), strict=True):
        with boa.reverts(f"mdt: bad {reason}"):
            propose(token, minter, **faults)
        faults[key] = SOUND[key]


# --- grant ---


def test_grant_minter__proposal__comes_into_force_with_a_window_from_now(token, owner, minter):
    propose(token, minter)
    boa.env.timestamp += 1_000
    token.grant_minter(minter, sender=owner)
    (entry,) = token.get_logs()
    assert type(entry).__name__ == "MinterGranted"
    assert (entry.minter, entry.bucket, entry.reasons) == (minter, 1, 0b10)
    assert (entry.lifetime_cap, entry.window_cap, entry.window_seconds) == (1_000, 100, HOUR)
    assert tuple(token.minter(minter)) == (True, 1, 0b10, 1_000, 0, 100, HOUR, boa.env.timestamp, 0)
    assert tuple(token.proposal(minter)) == NOTHING


def test_grant_minter__before_the_wait_is_over__reverts_whoever_owns(live, owner, minter, attacker):
    """A25: a stolen owner key, or a new owner, waits like everybody."""
    propose(live, minter)
    live.transfer_ownership(attacker, sender=owner)
    live.accept_ownership(sender=attacker)
    boa.env.timestamp += DELAY - 1
    with boa.reverts("mdt: proposal still waiting"):
        live.grant_minter(minter, sender=attacker)
    boa.env.timestamp += 1
    live.grant_minter(minter, sender=attacker)


def test_grant_minter__proposed_in_the_set_up_but_not_granted__waits_too(token, owner, minter):
    propose(token, minter)
    proposed_at = boa.env.timestamp
    boa.env.timestamp += 10
    token.finish_setup(sender=owner)
    assert token.proposal(minter).effective_at == proposed_at + DELAY
    with boa.reverts("mdt: proposal still waiting"):
        token.grant_minter(minter, sender=owner)


@pytest.mark.parametrize("is_live", [False, True])
def test_grant_minter__longer_than_the_grant_period__is_expired_until_proposed_again(token, owner, minter, is_live):
    """A26: no loaded grant lies about for ever."""
    if is_live:
        token.finish_setup(sender=owner)
    propose(token, minter)
    boa.env.timestamp += is_live * DELAY + PERIOD
    with boa.env.anchor():
        token.grant_minter(minter, sender=owner)
    boa.env.timestamp += 1
    with boa.reverts("mdt: proposal expired"):
        token.grant_minter(minter, sender=owner)
    propose(token, minter)
    boa.env.timestamp += is_live * DELAY
    token.grant_minter(minter, sender=owner)


def test_grant_minter__no_proposal__reverts(token, owner, minter):
    with boa.reverts("mdt: no proposal"):
        token.grant_minter(minter, sender=owner)
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    with boa.reverts("mdt: no proposal"):
        token.grant_minter(minter, sender=owner)


def test_grant_minter__not_owner__reverts(token, guardian, minter, attacker):
    propose(token, minter)
    for caller in (guardian, minter, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            token.grant_minter(minter, sender=caller)


def test_grant_minter__revoked_before__keeps_what_it_minted(token, owner, minter, recipient):
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    token.mint(recipient, 90, Mint.BLOCK_REWARD, sender=minter)
    token.revoke_minter(minter, sender=owner)
    assert tuple(token.minter(minter)) == (False, 0, 0, 0, 90, 0, 0, 0, 0)
    with boa.reverts("mdt: bad lifetime cap"):
        propose(token, minter, lifetime_cap=89, window_cap=1)
    propose(token, minter, lifetime_cap=90, window_cap=90)
    token.grant_minter(minter, sender=owner)
    assert (token.minter(minter).minted, token.lifetime_room(minter), token.mintable(minter)) == (90, 0, 0)
    propose(token, minter, lifetime_cap=120, window_cap=120)
    token.grant_minter(minter, sender=owner)
    with boa.reverts("mdt: over lifetime cap"):
        token.mint(recipient, 31, Mint.BLOCK_REWARD, sender=minter)
    token.mint(recipient, 30, Mint.BLOCK_REWARD, sender=minter)


def test_grant_minter__minted_more_since_the_proposal__reverts(token, owner, minter, recipient):
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    propose(token, minter, lifetime_cap=50, window_cap=50)
    token.mint(recipient, 51, Mint.BLOCK_REWARD, sender=minter)
    with boa.reverts("mdt: bad lifetime cap"):
        token.grant_minter(minter, sender=owner)
    assert token.minter(minter).lifetime_cap == 1_000


def test_grant_minter__another_bucket__counts_the_life_over_both(token, owner, minter, recipient):
    """Genesis mints from several buckets with one account: the rest of its life must fit the new bucket."""
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    token.mint(recipient, 100, Mint.BLOCK_REWARD, sender=minter)
    with boa.reverts("mdt: bad lifetime cap"):
        propose(token, minter, bucket=4, lifetime_cap=BUCKETS[4] + 101)
    propose(token, minter, bucket=4, lifetime_cap=BUCKETS[4] + 100, window_cap=BUCKETS[4] + 100)
    token.grant_minter(minter, sender=owner)
    token.mint(recipient, BUCKETS[4], Mint.BLOCK_REWARD, sender=minter)
    assert [token.minted_by_bucket(bucket) for bucket in range(5)] == [0, 100, 0, 0, BUCKETS[4]]
    assert token.minter(minter).minted == token.total_minted() == 100 + BUCKETS[4]


def test_propose_minter__whole_cap_over_all_buckets__is_the_most_a_life_can_have(token, owner, minter, recipient):
    minted = 0
    for bucket, cap in enumerate(BUCKETS):
        if minted + cap == TOKEN.cap:
            with boa.reverts("mdt: bad lifetime cap"):
                propose(token, minter, bucket=bucket, lifetime_cap=TOKEN.cap + 1)
        propose(token, minter, bucket=bucket, reasons=1, lifetime_cap=minted + cap, window_cap=minted + cap)
        token.grant_minter(minter, sender=owner)
        token.mint(recipient, cap, Mint.GENESIS, sender=minter)
        minted += cap
    assert token.total_minted() == minted == TOKEN.cap


def test_grant_minter__new_rules_for_an_active_minter__keep_what_its_window_used(mdt, owner, minter, recipient):
    """X11: a grant at once after the use of a window was a second window, and the next grant a third."""
    boa.env.timestamp += HOUR
    grant(mdt, minter, cap=10_000 * UNIT, window_cap=100 * UNIT)
    window_cap = 100 * UNIT
    boa.env.timestamp += 2 * DAY
    mdt.mint(recipient, window_cap, 0, sender=minter)
    minted = mdt.total_minted()
    for _ in range(3):
        grant(mdt, minter, cap=10_000 * UNIT, window_cap=window_cap)
        boa.env.timestamp += 5
        assert mdt.mintable(minter) == 0
        with boa.reverts("mdt: over window cap"):
            mdt.mint(recipient, 1, 0, sender=minter)
    assert mdt.total_minted() == minted
    assert mdt.minter(minter)[-2:] == (boa.env.timestamp - 5, window_cap)
    boa.env.timestamp += DAY - 5
    assert mdt.mintable(minter) == window_cap


@pytest.mark.parametrize(("window_cap", "used"), [(69, 69), (70, 70), (71, 70), (1_000, 70)])
def test_grant_minter__other_window_cap__has_at_most_all_of_it_used(token, owner, minter, recipient, window_cap, used):
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    token.mint(recipient, 70, Mint.BLOCK_REWARD, sender=minter)
    propose(token, minter, window_cap=window_cap, window_seconds=DAY)
    token.grant_minter(minter, sender=owner)
    assert tuple(token.minter(minter)) == (True, 1, 0b10, 1_000, 70, window_cap, DAY, boa.env.timestamp, used)
    assert token.mintable(minter) == window_cap - used


def test_grant_minter__old_window_is_over__starts_an_empty_one(token, owner, minter, recipient):
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    token.mint(recipient, 70, Mint.BLOCK_REWARD, sender=minter)
    boa.env.timestamp += HOUR
    propose(token, minter)
    token.grant_minter(minter, sender=owner)
    assert token.minter(minter).minted_in_window == 0


# --- revoke ---


def test_revoke_minter__by_the_owner__ends_it_in_the_same_block(mdt, owner, minter, recipient):
    """A25: removing is immediate."""
    assert mdt.is_minter(minter)
    mdt.revoke_minter(minter, sender=owner)
    (entry,) = mdt.get_logs()
    assert type(entry).__name__ == "MinterRevoked"
    assert (entry.minter, entry.revoked_by, entry.minted) == (minter, owner, 1_000 * UNIT)
    with boa.reverts("mdt: not a minter"):
        mdt.mint(recipient, 1, 0, sender=minter)
    assert mdt.lifetime_room(minter) == mdt.mintable(minter) == 0
    assert not mdt.is_minter(minter)


def test_revoke_minter__waiting_proposal__dies_with_it(live, owner, minter):
    propose(live, minter)
    live.revoke_minter(minter, sender=owner)
    boa.env.timestamp += DELAY
    with boa.reverts("mdt: no proposal"):
        live.grant_minter(minter, sender=owner)


def test_revoke_minter__minter_with_new_rules_waiting__loses_both(mdt, owner, minter):
    propose(mdt, minter, lifetime_cap=2_000 * UNIT)
    mdt.revoke_minter(minter, sender=owner)
    assert tuple(mdt.proposal(minter)) == NOTHING
    assert not mdt.minter(minter).is_active


def test_minter_count__every_way_in_and_out__counts_each_account_once(token, owner, minter, spender):
    """Z2: a mapping lists nobody; with its count, whoever knows some of its members knows whether they are all."""

    def counts() -> tuple[int, int]:
        return token.minter_count(), token.proposal_count()

    assert counts() == (0, 0)
    for expected in ((0, 1), (0, 1)):
        propose(token, minter)
        assert counts() == expected
    token.grant_minter(minter, sender=owner)
    assert counts() == (1, 0)
    propose(token, minter)
    propose(token, spender)
    assert counts() == (1, 2)
    token.grant_minter(minter, sender=owner)
    assert counts() == (1, 1)
    token.revoke_minter(spender, sender=owner)
    assert counts() == (1, 0)
    propose(token, minter)
    token.revoke_minter(minter, sender=owner)
    assert counts() == (0, 0)


def test_revoke_minter__nothing_there__reverts(token, owner, minter):
    with boa.reverts("mdt: nothing to revoke"):
        token.revoke_minter(minter, sender=owner)
    grant(token, minter)
    token.revoke_minter(minter, sender=owner)
    with boa.reverts("mdt: nothing to revoke"):
        token.revoke_minter(minter, sender=owner)


def test_revoke_minter__by_anybody_else__reverts(mdt, guardian, minter, attacker):
    """X6: the guardian's stop defers; only the owner's is for good."""
    for caller in (guardian, minter, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            mdt.revoke_minter(minter, sender=caller)


# --- withdraw ---


@pytest.mark.parametrize("role", ["owner", "guardian"])
def test_withdraw_proposal__by_owner_or_guardian__ends_it_and_leaves_the_rules(mdt, owner, minter, recipient, role, request):
    caller = request.getfixturevalue(role)
    propose(mdt, minter, lifetime_cap=2_000 * UNIT)
    assert mdt.proposal_count() == 1
    mdt.withdraw_proposal(minter, sender=caller)
    (entry,) = mdt.get_logs()
    assert (type(entry).__name__, entry.minter, entry.withdrawn_by) == ("ProposalWithdrawn", minter, caller)
    assert (tuple(mdt.proposal(minter)), mdt.proposal_count()) == (NOTHING, 0)
    with boa.reverts("mdt: no proposal"):
        mdt.grant_minter(minter, sender=owner)
    mdt.mint(recipient, 1, 0, sender=minter)


def test_withdraw_proposal__nothing_waits__reverts(mdt, guardian, minter):
    with boa.reverts("mdt: no proposal"):
        mdt.withdraw_proposal(minter, sender=guardian)


def test_withdraw_proposal__by_anybody_else__reverts(token, minter, attacker):
    propose(token, minter)
    for caller in (minter, attacker):
        with boa.reverts("mdt: not owner or guardian"):
            token.withdraw_proposal(minter, sender=caller)


# --- set-up, guardian, ownership ---


def test_finish_setup__once__is_logged_and_cannot_be_undone(token, owner):
    token.finish_setup(sender=owner)
    (entry,) = token.get_logs()
    assert (type(entry).__name__, entry.grant_delay) == ("SetupFinished", DELAY)
    assert token.is_setup_finished()
    with boa.reverts("mdt: set-up is finished"):
        token.finish_setup(sender=owner)


def test_finish_setup__not_owner__reverts(token, guardian, attacker):
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            token.finish_setup(sender=caller)


def test_finish_setup__granted_minters__stay(mdt, owner, minter, recipient):
    mdt.finish_setup(sender=owner)
    mdt.mint(recipient, 1, 0, sender=minter)


def test_set_guardian__new_one__replaces_the_old(mdt, owner, guardian, attacker, minter):
    mdt.set_guardian(attacker, sender=owner)
    (entry,) = mdt.get_logs()
    assert (type(entry).__name__, entry.old_guardian, entry.new_guardian) == ("GuardianSet", guardian, attacker)
    with boa.reverts("mdt: not the guardian"):
        mdt.suspend_minter(minter, 1, sender=guardian)
    mdt.suspend_minter(minter, 1, sender=attacker)


def test_set_guardian__bad_calls__revert(token, owner, guardian, attacker):
    with boa.reverts("mdt: zero address"):
        token.set_guardian(ZERO_ADDRESS, sender=owner)
    with boa.reverts("mdt: nothing changes"):
        token.set_guardian(guardian, sender=owner)
    for caller in (guardian, attacker):
        with boa.reverts("ownable: caller is not the owner"):
            token.set_guardian(caller, sender=caller)


def test_guardian__can_do_nothing_but_suspend_and_withdraw(mdt, guardian, minter):
    """Every other governed call by the guardian is refused."""
    calls = [
        lambda: propose(mdt, guardian, sender=guardian),
        lambda: mdt.grant_minter(guardian, sender=guardian),
        lambda: mdt.revoke_minter(minter, sender=guardian),
        lambda: mdt.set_burner(guardian, 1, sender=guardian),
        lambda: mdt.set_guardian(minter, sender=guardian),
        lambda: mdt.finish_setup(sender=guardian),
        lambda: mdt.transfer_ownership(guardian, sender=guardian),
    ]
    for call in calls:
        with boa.reverts("ownable: caller is not the owner"):
            call()
    with boa.reverts("mdt: not a minter"):
        mdt.mint(guardian, 1, 0, sender=guardian)


def test_ownership__two_steps__and_no_renouncing(token, owner, attacker, recipient):
    token.transfer_ownership(recipient, sender=owner)
    assert (token.owner(), token.pending_owner()) == (owner, recipient)
    with boa.reverts("ownable_2step: caller is not the new owner"):
        token.accept_ownership(sender=attacker)
    token.accept_ownership(sender=recipient)
    assert (token.owner(), token.pending_owner()) == (recipient, ZERO_ADDRESS)
    with boa.reverts("ownable: caller is not the owner"):
        token.finish_setup(sender=owner)
    assert not hasattr(token, "renounce_ownership")


def test_owner__deployer_as_owner__owns(guardian):
    token = deploy_token(boa.env.eoa, guardian)
    assert token.owner() == boa.env.eoa
