# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Shares: an amount split into three parts that sum to it exactly
@license AGPL-3.0-only
@notice Largest remainder: each part is first rounded down, then the wei that are left (at most
        two) go one each to the parts that lost most, a tie to the lower index. No wei is created
        or lost for any amount. `mdt.model.shares` is the same rule in Python.
"""

# --- constants ---

BPS: constant(uint256) = 10_000

# --- internal ---

@internal
@pure
def _split(_amount: uint256, _shares_bps: uint256[3]) -> uint256[3]:
    """
    @notice Splits an amount by basis points.
    @dev The caller guarantees shares that sum to 10_000 and an amount below 2^242.
         The remainders sum to (wei left) * 10_000 and each is below 10_000, so when one wei is
         left at least two remainders are positive, and when two are left all three are: a part
         that was topped up can be taken out of the race by zeroing its remainder.
    @param _amount What is split (wei).
    @param _shares_bps The three shares (basis points).
    @return The three parts (wei); they sum to the amount.
    """
    parts: uint256[3] = empty(uint256[3])
    remainders: uint256[3] = empty(uint256[3])
    left: uint256 = _amount
    for i: uint256 in range(3):
        product: uint256 = _amount * _shares_bps[i]
        parts[i] = product // BPS
        remainders[i] = product % BPS
        left -= parts[i]

    for _: uint256 in range(2):
        if left == 0:
            break
        largest: uint256 = 0
        for i: uint256 in range(1, 3):
            if remainders[i] > remainders[largest]:
                largest = i
        parts[largest] += 1
        remainders[largest] = 0
        left -= 1
    return parts
