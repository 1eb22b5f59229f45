"""What commands about validators and slashes refuse before anything is sent, each in words with its value and what is allowed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mdt.addresses import ZERO_ADDRESS
from mdt.errors import StakingError
from mdt.model.slasher import SlashStatus
from mdt.staking.liveness import Entry, LivenessReport
from mdt.staking.slashes import Slashes
from mdt.staking.validators import Operator
from mdt.units import DAY, MDT, WAD
from tests.sdk.test_slash_lines import Contract

NOW, LATER = 1_800_000_000, 1_800_000_000 + DAY
PROFILE = {
    "owner": "owner",
    "operator": "operator",
    "metadata": "first",
    "commission_bps": 500,
    "queued_commission_bps": 0,
    "commission_applies_at": 0,
    "proposed_owner": ZERO_ADDRESS,
    "proposed_vote_key": ZERO_ADDRESS,
    "deposit": 250 * WAD,
    "deposit_free_at": 0,
}
POOL = {"status": 1, "pending_slashes": 0, "commission_owed": 0, "delegation_cap": 5 * WAD, "staked": 9 * WAD}
SLASH = {"validator_id": 1, "offence": 1, "status": SlashStatus.ANNOUNCED, "height": 5, "bps": 100, "opens_at": LATER, "ends_at": LATER, "is_appealed": True}


class Suite(dict):
    """A deployment with one validator, as fakes answer."""

    earlier, show = (), staticmethod(MDT.format)

    def __init__(self, profile=None, pool=None, slash=None, **detail) -> None:
        self.chain = SimpleNamespace(chain_id=1, head=lambda: 1_000)
        profile, pool = SimpleNamespace(**PROFILE | (profile or {})), SimpleNamespace(**POOL | (pool or {}))
        detail = SimpleNamespace(pool=pool, **{"pending_slashes": [], "jailed_until": 0} | detail)
        terms = {"max_commission_bps": 2_000, "min_validator_stake": 100 * WAD, "warning_seconds": DAY, "evidence_blocks": 500, "offline_missed_blocks": 100}
        counters = SimpleNamespace(missed_blocks=7, missed_reveals=0, blocks_height=5, reveals_height=5)
        super().__init__(
            MDT=Contract(balanceOf=300 * WAD, allowance=0),
            Staking=Contract(validator=pool, terms=SimpleNamespace(**terms)),
            StakingLens=Contract(validator_detail=detail),
            EmissionController=Contract(
                status=SimpleNamespace(timestamp=NOW), guardian="guardian", epoch_bounds=lambda epoch: (epoch * 480, epoch * 480 + 480, 0)
            ),
            Validators=Contract(
                profile=profile,
                validator_count=1,
                key=lambda account: SimpleNamespace(validator_id=1 if account == "used" else 0),
                may_operate=lambda _number, account: account in ("owner", "operator"),
                operator_of="operator",
                DEPOSIT=250 * WAD,
                UNBONDING_SECONDS=7 * DAY,
            ),
            Slasher=Contract(
                FIRST_SLASH_ID=0,
                arbiter="arbiter",
                terms=SimpleNamespace(**terms),
                counters=counters,
                is_slasher=lambda account: account == "slasher",
                is_punished=lambda _number, _offence, height: height == 999,
                announced_of=[],
                slash_record=SimpleNamespace(**SLASH | (slash or {})),
            ),
        )


@pytest.mark.parametrize(
    ("by", "deed", "suite", "words"),
    [
        ("used", ("register", 100 * WAD, 500, ""), {}, "used is or was the vote key of validator 1: an address is a validator's vote key once"),
        ("new", ("register", 99 * WAD, 500, ""), {}, "99 MDT is below the least a validator stakes, 100 MDT"),
        ("new", ("register", 100 * WAD, 2_001, ""), {}, "a commission of 20.01% is above the most that is allowed, 20%"),
        ("new", ("register", 100 * WAD, 500, "é" * 129), {}, "the metadata is 258 bytes, at most 256 fit"),
        ("new", ("register", 100 * WAD, 500, ""), {}, "new holds 300 MDT, not 100 MDT of stake and 250 MDT of deposit"),
        ("new", ("set_commission", 1, 400), {}, "new may not operate validator 1, operator operates it and owner owns it"),
        ("new", ("set_commission", 2, 400), {}, "there is no validator 2: numbers go from 1 to 1"),
        ("owner", ("set_commission", 1, 500), {}, "the commission is 5% already, and nothing is queued"),
        (
            "owner",
            ("set_commission", 1, 700),
            {"profile": {"queued_commission_bps": 700, "commission_applies_at": LATER}},
            "a commission of 7% is queued already, once more it would wait anew: `mdt validator commission apply 1` from 2027-01-16 08:00:00 UTC on",
        ),
        ("new", ("apply_commission", 1), {}, "validator 1 has no commission queued: it stays at 5%"),
        (
            "new",
            ("apply_commission", 1),
            {"profile": {"queued_commission_bps": 700, "commission_applies_at": LATER}},
            "validator 1's commission of 7% is due at 2027-01-16 08:00:00 UTC",
        ),
        (
            "new",
            ("apply_commission", 1),
            {"profile": {"queued_commission_bps": 700, "commission_applies_at": NOW - 7 * DAY}},
            "was due at 2027-01-08 08:00:00 UTC and has expired since: the operator has to queue it again",
        ),
        ("operator", ("set_metadata", 1, "first"), {}, "it says 'first' already"),
        ("operator", ("propose_owner", 1, "new"), {}, "validator 1 is owned by owner, not by operator: pass its owner's --account"),
        ("owner", ("propose_owner", 1, "owner"), {}, "owner owns validator 1 already"),
        ("owner", ("propose_owner", 1, "new"), {"profile": {"proposed_owner": "new"}}, "new is proposed already"),
        ("owner", ("propose_owner", 1, ZERO_ADDRESS), {}, "nobody is proposed: there is nothing to withdraw"),
        ("new", ("accept_owner", 1), {}, "new was not proposed as owner of validator 1, nobody is proposed: its owner proposes first"),
        ("new", ("accept_vote_key", 1), {"profile": {"proposed_vote_key": "k"}}, "new was not proposed as vote key of validator 1, k is proposed"),
        ("used", ("accept_vote_key", 1), {"profile": {"proposed_vote_key": "used"}}, "used is or was the vote key of validator 1"),
        ("owner", ("propose_vote_key", 1, "used"), {}, "used is or was the vote key of validator 1"),
        ("owner", ("set_operator", 1, "operator"), {}, "operator operates validator 1 already"),
        ("operator", ("set_operator", 1, "new"), {}, "validator 1 is owned by owner, not by operator"),
        ("operator", ("set_limit", 1, 5 * WAD), {}, "validator 1 lets delegations up to 5 MDT in already"),
        ("operator", ("set_limit", 1, 0), {"pool": {"delegation_cap": 0}}, "validator 1 lets no further delegation in already"),
        ("operator", ("exit", 1), {"pool": {"status": 2}}, "validator 1 has exited already"),
        ("operator", ("rejoin", 1), {}, "validator 1 has not exited: it is active"),
        ("operator", ("withdraw_deposit", 1), {}, "validator 1 is owned by owner, not by operator"),
        ("owner", ("withdraw_deposit", 1), {"profile": {"deposit": 0}}, "validator 1 has no deposit in place"),
        ("owner", ("withdraw_deposit", 1), {"pool": {"status": 6}}, "its deposit is paid back when it is exited, and nothing else"),
        (
            "owner",
            ("withdraw_deposit", 1),
            {"pool": {"status": 2}, "profile": {"deposit_free_at": LATER}},
            "the deposit of validator 1 is paid back from 2027-01-16 08:00:00 UTC on",
        ),
        ("new", ("forfeit_deposit", 1), {}, "validator 1 is active, not tombstoned: its deposit stays"),
        ("new", ("forfeit_deposit", 1), {"pool": {"status": 12, "pending_slashes": 1}}, "validator 1 has a slash in escrow, which may be overturned"),
        ("operator", ("unjail", 1), {"pool": {"status": 12}}, "validator 1 signed two blocks at one height: it is out for good"),
        ("operator", ("unjail", 1), {}, "validator 1 is not in jail: it is active"),
        ("operator", ("unjail", 1), {"pool": {"status": 4}, "jailed_until": LATER}, "validator 1 is in jail until 2027-01-16 08:00:00 UTC: unjail it then"),
        ("new", ("claim_commission", 1), {}, "validator 1 has earned no commission since the last claim"),
    ],
)
def test_validator__refused__in_words(by, deed, suite, words):
    function, *arguments = deed
    with pytest.raises(StakingError) as caught:
        getattr(Operator(Suite(**suite), by), function)(*arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("by", "deed", "suite", "words"),
    [
        ("new", ("announce_for_liveness", 1, 1), {}, "validator 1 has missed 7 blocks that count, 100 are an offence"),
        ("new", ("announce_for_liveness", 1, 2), {}, "validator 1 has missed 0 reveals that count, 1 are an offence"),
        ("new", ("announce", 1, 1, 5, b"x"), {}, "new is no slasher: the owner names them with `Slasher.set_slasher_role`"),
        ("slasher", ("announce", 1, 1, 1_000, b"x"), {}, "block 1,000 is not over: an offence lies in a block that is"),
        ("slasher", ("announce", 1, 1, 2**256 - 1, b"x"), {}, "is not over: an offence lies in a block that is"),
        ("slasher", ("announce", 1, 1, 499, b"x"), {}, "block 499 is 501 blocks ago: offences can be punished for 500 blocks"),
        ("slasher", ("announce", 1, 1, 999, b"x"), {}, "validator 1 was accused of being offline at block 999 already: evidence counts once"),
        ("slasher", ("announce", 1, 1, 998, b"x"), {"pool": {"pending_slashes": 2}}, "a slash of validator 1 for being offline is in escrow"),
        ("slasher", ("announce", 2, 1, 998, b"x"), {}, "there is no validator 2"),
        ("new", ("void", 0), {}, "only the arbiter, arbiter, and the guardian, guardian, void a slash: pass its --account"),
        ("guardian", ("void", 0), {"slash": {"status": SlashStatus.ESCROWED}}, "slash 0 is escrowed: only an announced one is opened or voided"),
        ("new", ("open", 0), {}, "slash 0 waits until 2027-01-16 08:00:00 UTC: open it then"),
        ("new", ("open", 0), {"slash": {"opens_at": NOW - DAY}}, "slash 0 could be opened until 2027-01-15 08:00:00 UTC: it has lapsed"),
        ("new", ("execute", 0), {}, "slash 0 is announced: it has taken nothing"),
        ("new", ("execute", 0), {"slash": {"status": SlashStatus.UPHELD}}, "slash 0 is upheld: it is decided"),
        ("new", ("execute", 0), {"slash": {"status": SlashStatus.ESCROWED}}, "the window of slash 0 is over at 2027-01-16 08:00:00 UTC: execute it then"),
        ("new", ("appeal", 0, b"x"), {"slash": {"status": SlashStatus.ESCROWED}}, "only operator and owner of validator 1 can appeal"),
        ("owner", ("appeal", 0, b"x"), {"slash": {"status": SlashStatus.ESCROWED}}, "slash 0 was appealed already: the arbiter decides"),
        (
            "owner",
            ("appeal", 0, b"x"),
            {"slash": {"status": SlashStatus.ESCROWED, "is_appealed": False, "ends_at": NOW}},
            "the window of slash 0 was over at 2027-01-15 08:00:00 UTC: it can be executed by anyone, appealed no more",
        ),
        ("arbiter", ("uphold", 0), {"slash": {"status": SlashStatus.ESCROWED, "is_appealed": False}}, "slash 0 was not appealed"),
        ("new", ("uphold", 0), {"slash": {"status": SlashStatus.ESCROWED}}, "only the arbiter decides, arbiter: pass its --account"),
        ("new", ("restitution", 0, "new"), {}, "slash 0 is announced: only an overturned one is given back"),
        (
            "new",
            ("status", 2**256 - 1),
            {"slash": {"status": 0}},
            "there is no slash 115792089237316195423570985008687907853269984665640564039457584007913129639935",
        ),
    ],
)
def test_slash__refused__in_words(by, deed, suite, words):
    function, *arguments = deed
    with pytest.raises(StakingError) as caught:
        getattr(Slashes(Suite(**suite), by), "record" if function == "status" else function)(*arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("epoch", "validator", "words"),
    [(2, 1, "epoch 2 ends at block 1,440, the chain is at 1,000: report it then"), (0, 9, "the report names validator 9; there are 1")],
)
def test_liveness__of_what_is_not_over_or_of_nobody__neither_signed_nor_handed_in(tmp_path, epoch, validator, words):
    report, slashes = LivenessReport(epoch, (Entry(validator, 120, 0),)), Slashes(Suite(), "reporter")
    with pytest.raises(StakingError) as caught:
        slashes.sign_liveness(report, tmp_path, None)
    assert words in str(caught.value)
    with pytest.raises(StakingError) as caught:
        slashes.report_liveness(report, None)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_commission__queued_once_and_expired__is_queued_again():
    (call,) = Operator(Suite(profile={"queued_commission_bps": 700, "commission_applies_at": NOW - 7 * DAY}), "owner").set_commission(1, 700)
    assert call.words == "queue a commission of 7%, one unbonding period ahead"
    (call,) = Operator(Suite(profile={"queued_commission_bps": 700, "commission_applies_at": LATER}), "owner").set_commission(1, 800)
    assert call.words == "queue a commission of 8%, one unbonding period ahead"
