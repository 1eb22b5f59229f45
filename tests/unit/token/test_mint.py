import boa

from mdt.model.reasons import Mint
from tests.support.token import grant

UNIT = 10**18


def test_mint__within_budget__credits_the_recipient(token, minter, recipient):
    grant(token, minter)
    token.mint(recipient, 5 * UNIT, Mint.AIRDROP, sender=minter)
    assert token.balanceOf(recipient) == token.totalSupply() == token.total_minted() == 5 * UNIT


def test_mint__stranger__reverts(mdt, attacker):
    with boa.reverts("mdt: not a minter"):
        mdt.mint(attacker, 1, Mint.GENESIS, sender=attacker)
