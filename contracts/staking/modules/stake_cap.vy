# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Stake cap: how much of the network's stake one validator may have
@license AGPL-3.0-only
@notice Accept d onto a validator with V staked, iff

            10,000 * (V + d) <= cap * (T + d)

        with T the smallest of the network's stake now, at the last daily reading, and at the one
        before: stake that was not there for a day makes no room. And

            cap = the larger of the cap of the terms, and twice an equal part

        among the validators that count: those with at least a hundredth of the stake. So ten equal
        validators may have 20% each, fifteen 13.3%, and from twenty on the cap of 10% holds. A
        validator that comes or goes moves the cap by a tenth of it, not from all to nothing; one of
        little stake does not move it.

        Until two readings were made, one or two days after the first stake, there is no cap: there
        is no stake yet that was there before.

        A validator's own stake carries delegations of 10,000 / own part of it, so that who runs a
        validator loses with those who trusted it: asked when a delegation comes, when own stake
        leaves, and when a validator begins to earn. Who earns goes on when restaked rewards outgrow
        the own part: else any delegator could stop a validator.
@dev    Whether a validator counts is looked at when its pool changes. A reading is made by the
        first arrival a day or more after the last.
        Word | active 24 | counted 24 | read at 40 | newer reading 84 | older reading 84 |
"""

# --- constants ---

BPS: constant(uint256) = 10_000
COUNTED_PART: constant(uint256) = 100
EQUAL_PARTS: constant(uint256) = 2
READING_SECONDS: constant(uint256) = 86_400
COUNT_BITS: constant(uint256) = 24
TIME_BITS: constant(uint256) = 40
STAKE_BITS: constant(uint256) = 84
COUNTED_AT: constant(uint256) = COUNT_BITS
READ_AT: constant(uint256) = 2 * COUNT_BITS
NEWER_AT: constant(uint256) = READ_AT + TIME_BITS
OLDER_AT: constant(uint256) = NEWER_AT + STAKE_BITS

# --- immutables ---

CAP_BPS: immutable(uint256)
OWN_PART_BPS: immutable(uint256)  # 0 = own stake carries any delegation

# --- storage ---

# packed: see the header
cap_word: uint256

# --- constructor ---

@deploy
def __init__(_cap_bps: uint256, _own_part_bps: uint256):
    """
    @dev As the terms have them, whose bounds `staking_terms` has checked.
    """
    CAP_BPS = _cap_bps
    OWN_PART_BPS = _own_part_bps

# --- internal: changes ---

@internal
def _count(_was_active: uint256, _is_active: uint256, _was_counted: uint256, _is_counted: uint256):
    """
    @dev A validator begins or ceases to be active, or to count: 0 or 1 each.
    """
    # Unchecked: who ceases was counted before.
    word: uint256 = unsafe_sub(unsafe_add(self.cap_word, _is_active), _was_active)
    self.cap_word = unsafe_sub(
        unsafe_add(word, _is_counted << COUNTED_AT), _was_counted << COUNTED_AT
    )


@internal
def _arrive(_staked: uint256, _network: uint256) -> uint256:
    """
    @dev `_room`, with a reading if one is due.
    """
    word: uint256 = self.cap_word
    read: uint256 = self._read(word, _network)
    if read != word:
        self.cap_word = read
    return self._room_in(read, _staked, _network)

# --- internal: reads ---

@internal
@pure
def _counts(_staked: uint256, _network: uint256) -> uint256:
    """
    @dev 1 if an active validator's stake is one of those that share the cap.
    """
    return convert(_staked > 0 and unsafe_mul(_staked, COUNTED_PART) >= _network, uint256)


@internal
@view
def _carried_by(_own_staked: uint256) -> uint256:
    """
    @dev Wei of delegations that a validator's own stake is a large enough part of, rounded down.
    """
    if OWN_PART_BPS == 0:
        return max_value(uint256)
    return unsafe_div(unsafe_mul(_own_staked, BPS), OWN_PART_BPS)


@internal
@view
def _least_own(_delegated: uint256) -> uint256:
    """
    @dev Wei of own stake that carry so much, rounded up.
    """
    return unsafe_div(unsafe_add(unsafe_mul(_delegated, OWN_PART_BPS), BPS - 1), BPS)


@internal
@view
def _may_earn(_was_active: uint256, _staked: uint256, _own_staked: uint256) -> bool:
    """
    @dev Who begins to earn has its own part; who earns goes on without.
    """
    return _was_active != 0 or unsafe_sub(_staked, _own_staked) <= self._carried_by(_own_staked)


@internal
@view
def _was_read_since(_time: uint256) -> bool:
    """
    @dev Whether a reading was made since then that holds for less than a day yet.
    """
    read_at: uint256 = (self.cap_word >> READ_AT) & (2**TIME_BITS - 1)
    return read_at >= _time and block.timestamp < _time + READING_SECONDS


@internal
@view
def _active_count() -> uint256:
    return self.cap_word & (2**COUNT_BITS - 1)


@internal
@view
def _counted() -> uint256:
    return (self.cap_word >> COUNTED_AT) & (2**COUNT_BITS - 1)


@internal
@view
def _room(_staked: uint256, _network: uint256) -> uint256:
    """
    @dev How much more stake the cap lets onto a validator, rounded down.
    @param _staked Wei it has.
    @param _network Wei the network has, this validator's included, active or not.
    @return Wei; the largest uint256 where no cap binds.
    """
    return self._room_in(self._read(self.cap_word, _network), _staked, _network)


@internal
@view
def _read(_word: uint256, _network: uint256) -> uint256:
    """
    @dev The word with a reading of the network's stake, if a day has passed since the last.
    """
    read_at: uint256 = (_word >> READ_AT) & (2**TIME_BITS - 1)
    if block.timestamp < read_at + READING_SECONDS:
        return _word
    reading: uint256 = min(_network, 2**STAKE_BITS - 1)  # less than there is: never more room
    return (
        (_word & (2**READ_AT - 1))
        | (block.timestamp << READ_AT)
        | (reading << NEWER_AT)
        | (((_word >> NEWER_AT) & (2**STAKE_BITS - 1)) << OLDER_AT)
    )


@internal
@view
def _room_in(_word: uint256, _staked: uint256, _network: uint256) -> uint256:
    older: uint256 = _word >> OLDER_AT
    if older == 0:
        return max_value(uint256)
    counted: uint256 = max((_word >> COUNTED_AT) & (2**COUNT_BITS - 1), 1)
    cap: uint256 = max(CAP_BPS, unsafe_div(EQUAL_PARTS * BPS, counted))
    if cap >= BPS:
        return max_value(uint256)
    total: uint256 = min(min(_network, (_word >> NEWER_AT) & (2**STAKE_BITS - 1)), older)
    most: uint256 = unsafe_mul(cap, total)
    used: uint256 = unsafe_mul(BPS, _staked)
    if used >= most:
        return 0
    return unsafe_div(unsafe_sub(most, used), unsafe_sub(BPS, cap))
