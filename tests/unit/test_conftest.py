"""What the session set-up mends in the tools."""

from __future__ import annotations

import boa

NESTED = """
kept: HashMap[address, HashMap[uint256, uint256]]

@external
def keep():
    self.kept[msg.sender][1] = 1
"""
FLAT = """
kept: HashMap[address, uint256]

@external
def refuse():
    self.kept[msg.sender] = 1
    assert False, "refused"
"""


def test_refusal__address_of_an_undone_contract__reason_is_seen():
    """A contract of another layout stood at the address before: titanoboa read the keys it had written and fell over."""
    with boa.env.anchor():
        first = boa.loads(NESTED)
        first.keep()
    second = boa.loads(FLAT)
    assert second.address == first.address
    with boa.reverts("refused"):
        second.refuse()
