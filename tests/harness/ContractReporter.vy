# pragma version 0.4.3
# pragma optimize gas
# pragma evm-version cancun
"""
@title Test harness: a reporter that is a contract, and answers, reverts, burns gas or calls back as told
@license AGPL-3.0-only
@dev `approve` is what an honest one does. An answer counts for an empty signature only.
"""

interface Controller:
    def attempt() -> uint256: view

MAGIC: constant(bytes4) = 0x1626ba7e

answers: HashMap[bytes32, Bytes[96]]
reverts_with: Bytes[96]
is_reverting: bool
burned: uint256
asked: Controller
room: HashMap[uint256, uint256]


@external
def approve(_digest: bytes32):
    """
    @notice Answer what EIP-1271 asks for.
    """
    self.answers[_digest] = abi_encode(MAGIC)


@external
def answer(_digest: bytes32, _answer: Bytes[96]):
    """
    @notice Answer these bytes, as they are.
    """
    self.answers[_digest] = _answer


@external
def refuse(_data: Bytes[96]):
    """
    @notice Revert with these bytes.
    """
    self.is_reverting = True
    self.reverts_with = _data


@external
def burn(_words: uint256):
    """
    @notice Read so many words that nobody has read, 2,100 gas and some each, before answering.
    """
    self.burned = _words


@external
def call_back(_controller: Controller):
    """
    @notice Ask whoever asks for its attempt before answering.
    """
    self.asked = _controller


@external
@view
@raw_return
def isValidSignature(_digest: bytes32, _signature: Bytes[65]) -> Bytes[96]:
    assert len(_signature) == 0, "reporter: bytes in the signature"
    if self.is_reverting:
        raw_revert(self.reverts_with)
    read: uint256 = 0
    for i: uint256 in range(self.burned, bound=1_000):
        read |= self.room[i]
    if self.asked.address != empty(address):
        read |= staticcall self.asked.attempt()
    return self.answers[_digest]
