# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a contract whose owner or target a timelock may be, and that does its worst when called
@license AGPL-3.0-only
@dev   Takes any call. Remembers who called with what, calls back if armed, then refuses if told to.
"""

accepted_by: public(address)
calls: public(uint256)
last_caller: public(address)
last_length: public(uint256)  # bytes of calldata
last_hash: public(bytes32)  # of calldata of exactly 1,152 bytes
refuses: public(bool)
refuses_silently: public(bool)
target: address
data: Bytes[4096]
call_backs_tried: public(uint256)
call_backs_succeeded: public(uint256)


@external
def set_refuses(_refuses: bool, _is_silent: bool):
    self.refuses = _refuses
    self.refuses_silently = _is_silent


@external
def arm(_target: address, _data: Bytes[4096]):
    """
    @notice Make this call from within the next one made here; whether that succeeds is counted.
    """
    self.target = _target
    self.data = _data


@external
def act(_target: address, _data: Bytes[4096]):
    """
    @notice Make a call as this contract, passing on a failure.
    """
    raw_call(_target, _data)


@external
def accept_ownership() -> Bytes[96]:
    """
    @notice Answers junk where nothing should be answered.
    """
    self._called()
    self.accepted_by = msg.sender
    return b"junk that nobody asked for, and that is longer than a word of the machine"


@external
@payable
def __default__():
    self._called()


@internal
def _called():
    self.calls += 1
    self.last_caller = msg.sender
    self.last_length = len(msg.data)
    if len(msg.data) == 1152:
        self.last_hash = keccak256(slice(msg.data, 0, 1152))
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.call_backs_tried += 1
        if raw_call(target, self.data, revert_on_failure=False):
            self.call_backs_succeeded += 1
    if self.refuses:
        assert self.refuses_silently, "hostile: refused"
        raw_revert(b"")
