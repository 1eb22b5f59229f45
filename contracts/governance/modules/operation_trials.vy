# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Operation trials: what calls would do if the timelock made them now, one after the other
@license AGPL-3.0-only
@notice For `eth_call` from the timelock's own address, which a node lets anybody ask with and no
        key can sign for. Calls are made in their order, each on what those before it did; then all
        is undone, whatever they did. Needs nothing of a node but `eth_call`, and passes no revert
        on, so that nodes which hide reverts tell as much as others.
@dev    Two functions, since only a call that reverts is undone: the one that is asked catches what
        the other reverts with. An operation may call either; it leaves nothing behind.
"""

# --- modules ---

from . import operations

# --- constants ---

# as much of a refusal as an operation passes on
MAX_REFUSAL: constant(uint256) = 255
MAX_OUTCOME: constant(uint256) = 32 * 11
# A call gets all but a 64th of the gas; what is left after one that spent it all is less than this.
ALL_BUT: constant(uint256) = 63

# --- role: the timelock itself, by eth_call ---

@external
@reentrant
def try_batch(
    _targets: DynArray[address, operations.MAX_CALLS],
    _payloads: DynArray[Bytes[operations.MAX_PAYLOAD], operations.MAX_CALLS],
) -> (uint256, Bytes[MAX_REFUSAL]):
    """
    @notice Make calls, undo them, and say how far they came. Delays, roles and predecessors are
            not looked at.
    @param _targets Called contracts.
    @param _payloads Calldata, one for each.
    @return How many calls went through, and what the one after them reverted with: nothing if all
            did.
    @custom:error "timelock: only the timelock"
                  "timelock: length mismatch"
                  "timelock: trial out of gas" The node grants too little for these calls.
    """
    assert msg.sender == self, "timelock: only the timelock"
    assert len(_targets) == len(_payloads), "timelock: length mismatch"
    success: bool = False
    outcome: Bytes[MAX_OUTCOME] = b""
    success, outcome = raw_call(
        self,
        abi_encode(
            _targets, _payloads, method_id=method_id("make_and_undo(address[],bytes[])")
        ),
        max_outsize=MAX_OUTCOME,
        revert_on_failure=False,
    )
    assert len(outcome) != 0, "timelock: trial out of gas"
    made: uint256 = 0
    refusal: Bytes[MAX_REFUSAL] = b""
    made, refusal = abi_decode(outcome, (uint256, Bytes[MAX_REFUSAL]))
    return made, refusal


@external
@reentrant
def make_and_undo(
    _targets: DynArray[address, operations.MAX_CALLS],
    _payloads: DynArray[Bytes[operations.MAX_PAYLOAD], operations.MAX_CALLS],
):
    """
    @notice The inner half of `try_batch`: reverts always, with what that returns.
    @param _targets Called contracts.
    @param _payloads Calldata, one for each.
    @custom:error "timelock: only the timelock"
    """
    assert msg.sender == self, "timelock: only the timelock"
    made: uint256 = 0
    refusal: Bytes[MAX_REFUSAL] = b""
    for target: address in _targets:
        gas_before: uint256 = msg.gas
        success: bool = False
        answer: Bytes[MAX_REFUSAL] = b""
        success, answer = raw_call(
            target, _payloads[made], max_outsize=MAX_REFUSAL, revert_on_failure=False
        )
        if not success:
            # it spent all it could get: whether it would be refused nobody knows
            if len(answer) == 0 and msg.gas <= gas_before // ALL_BUT:
                raw_revert(b"")
            refusal = answer
            break
        made += 1
    raw_revert(abi_encode(made, refusal))
