# pragma version ~=0.4.3
"""
@title Market curve: amounts of a constant-product market
@license AGPL-3.0-only
@notice In a swap what is paid, less the fee, keeps the product of the reserves or raises it:

            (reserve_in + paid * g / B) * (reserve_out - bought) >= reserve_in * reserve_out
            B = 10,000 and g = B - fee, here and nowhere else

        A deposit on one side swaps a part s of its amount a, so that the rest is to what that buys
        as the reserves r then are: the positive root of  g s^2 + (B + g) r s = B r a.
@dev    Stateless; `mdt.model.liquidity_pool.curve` is the specification. Reserves and amounts are
        below 2^112, as the callers check: nothing here passes 2^254, so it is not checked again.
"""

# --- constants ---

BPS: constant(uint256) = 10_000
# of either token: two reserves and a time fill one word
MAX_RESERVE: constant(uint256) = 2**112 - 1

# --- internal ---

@internal
@pure
def _amount_out(
    _amount_in: uint256, _reserve_in: uint256, _reserve_out: uint256, _fee_bps: uint256
) -> uint256:
    """
    @notice What comes out; rounded down, in favour of the pool. 0 of an empty pool.
    """
    after_fee: uint256 = unsafe_mul(_amount_in, unsafe_sub(BPS, _fee_bps))
    # by zero nothing comes out
    return unsafe_div(
        unsafe_mul(after_fee, _reserve_out), unsafe_add(unsafe_mul(_reserve_in, BPS), after_fee)
    )


@internal
@pure
def _amount_in(
    _amount_out: uint256, _reserve_in: uint256, _reserve_out: uint256, _fee_bps: uint256
) -> uint256:
    """
    @notice The least that must go in for an amount from 1 to below the reserve; rounded up, in
            favour of the pool.
    """
    # one less, and then one more: the numerator is never 0
    numerator: uint256 = unsafe_sub(unsafe_mul(unsafe_mul(_reserve_in, _amount_out), BPS), 1)
    kept: uint256 = unsafe_sub(BPS, _fee_bps)
    return unsafe_add(
        1, unsafe_div(numerator, unsafe_mul(unsafe_sub(_reserve_out, _amount_out), kept))
    )


@internal
@pure
def _part_to_swap(_amount: uint256, _reserve_in: uint256, _fee_bps: uint256) -> uint256:
    """
    @notice The part of a one-sided deposit that is swapped; rounded down: what that leaves too much
            stays in the pool.
    """
    kept: uint256 = BPS - _fee_bps
    both: uint256 = BPS + kept
    radicand: uint256 = _reserve_in * (_reserve_in * both * both + 4 * _amount * BPS * kept)
    return (isqrt(radicand) - _reserve_in * both) // (2 * kept)


@internal
@pure
def _protocol_part(
    _shares: uint256, _root: uint256, _last_root: uint256, _protocol_bps: uint256
) -> uint256:
    """
    @notice Shares that give the protocol its part of what the root of the product grew by; rounded
            down, in favour of the holders.
    """
    if _root <= _last_root:
        return 0
    grown: uint256 = unsafe_mul(unsafe_sub(_root, _last_root), _protocol_bps)
    return unsafe_div(unsafe_mul(_shares, grown), unsafe_sub(unsafe_mul(_root, BPS), grown))


@internal
@pure
def _root_up(_product: uint256) -> uint256:
    """
    @notice The root of a product, rounded up: what it grows by from there, rounded down, is never
            too much.
    """
    root: uint256 = isqrt(_product)
    return unsafe_add(root, convert(unsafe_mul(root, root) != _product, uint256))


@internal
@pure
def _ceil_div(_numerator: uint256, _denominator: uint256) -> uint256:
    """
    @notice A quotient, rounded up; the denominator is not zero.
    """
    quotient: uint256 = unsafe_div(_numerator, _denominator)
    return unsafe_add(
        quotient, convert(unsafe_mul(quotient, _denominator) != _numerator, uint256)
    )
