# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Attestations: k of n reporters sign one digest
@license AGPL-3.0-only
@notice A digest counts as attested when at least `quorum` distinct current reporters signed it.
        Signatures come sorted by ascending signer, which makes distinctness one comparison each.
        A reporter that is a contract, such as a multisig, approves the digest on chain beforehand
        and is asked (EIP-1271); its entry names it: r is its address, s and v are 0.
@custom:security The digest must bind chain, contract, epoch and attempt; that is the host's part.
                 Signatures are 65 bytes with a low s (EIP-2), so each has exactly one form; so has
                 the entry of a contract. Only current reporters are called, by a static call of
                 bounded gas and answer, while the host is locked.
"""

# --- interfaces ---

from interfaces import IEmissionController

# --- modules ---

from snekmate.utils import ecdsa

# --- constants ---

# Two, so that no single key is ever enough (failure catalogue B1).
MIN_QUORUM: constant(uint256) = 2
# The length of the arrays in the interface; 32 recoveries cost about 200,000 gas.
MAX_REPORTERS: constant(uint256) = 32
# What a contract may use to say whether it approved: a Safe needs 19,000. A quorum of 32 that use
# up all of it stays below 3,500,000 gas, so no contract makes a submission too large for a block.
APPROVAL_GAS: constant(uint256) = 100_000
# EIP-1271: the selector of isValidSignature(bytes32,bytes), which is the answer of approval as well
MAGIC: constant(bytes4) = 0x1626ba7e

# --- storage ---

quorum: public(uint256)
is_reporter: public(HashMap[address, bool])  # account -> signs reports now
_reporters: DynArray[address, MAX_REPORTERS]

# --- views ---

@external
@view
def reporters() -> DynArray[address, MAX_REPORTERS]:
    """
    @notice Those whose signatures and approvals count, in the order they were set.
    """
    return self._reporters

# --- internal ---

@internal
def _set(_reporters: DynArray[address, MAX_REPORTERS], _quorum: uint256):
    """
    @notice Replaces the reporters and the quorum.
    @dev Reverts with "attestations: quorum too small" (needs a strict majority, and at least 2),
         "attestations: quorum too large", "attestations: zero reporter",
         "attestations: repeated reporter" or "attestations: no change".
    @param _reporters The new reporters; none zero, none twice.
    @param _quorum How many of them must sign.
    """
    old_reporters: DynArray[address, MAX_REPORTERS] = self._reporters
    old_quorum: uint256 = self.quorum
    is_majority: bool = _quorum > len(_reporters) // 2
    assert is_majority and _quorum >= MIN_QUORUM, "attestations: quorum too small"
    assert _quorum <= len(_reporters), "attestations: quorum too large"

    is_same: bool = _quorum == old_quorum and len(_reporters) == len(old_reporters)
    for reporter: address in old_reporters:
        self.is_reporter[reporter] = False
    for i: uint256 in range(len(_reporters), bound=MAX_REPORTERS):
        reporter: address = _reporters[i]
        assert reporter != empty(address), "attestations: zero reporter"
        assert not self.is_reporter[reporter], "attestations: repeated reporter"
        self.is_reporter[reporter] = True
        if is_same:
            is_same = reporter == old_reporters[i]
    assert not is_same, "attestations: no change"

    self._reporters = _reporters
    self.quorum = _quorum
    log IEmissionController.ReportersSet(
        old_reporters=old_reporters,
        new_reporters=_reporters,
        old_quorum=old_quorum,
        new_quorum=_quorum,
    )


@internal
@view
def _verify(_digest: bytes32, _signatures: DynArray[Bytes[65], MAX_REPORTERS]):
    """
    @notice Refuses unless at least `quorum` distinct reporters signed or approved the digest.
    @dev Every entry must count: one bad entry refuses the whole set. Reverts with
         "attestations: below quorum", "attestations: not 65 bytes", "attestations: not ascending",
         "attestations: not a reporter", "attestations: malformed entry",
         "attestations: not approved", or snekmate's "ecdsa: invalid signature" and
         "ecdsa: invalid signature `s` value".
    @param _digest What was signed (EIP-712 digest).
    @param _signatures r, s, v of each, sorted by ascending signer; a contract's address, 0, 0.
    """
    assert len(_signatures) >= self.quorum, "attestations: below quorum"
    last: uint160 = 0
    for signature: Bytes[65] in _signatures:
        assert len(signature) == 65, "attestations: not 65 bytes"
        v: uint256 = convert(slice(signature, 64, 1), uint256)
        r: uint256 = extract32(signature, 0, output_type=uint256)
        s: uint256 = extract32(signature, 32, output_type=uint256)
        # an account's v is 27 or 28; this branch is all that contracts cost it
        if v == 0:
            last = self._verify_contract(_digest, r, s, last)
            continue
        signer: address = ecdsa._recover_vrs(_digest, v, r, s)
        assert convert(signer, uint160) > last, "attestations: not ascending"
        assert self.is_reporter[signer], "attestations: not a reporter"
        last = convert(signer, uint160)


@internal
@view
def _verify_contract(_digest: bytes32, _r: uint256, _s: uint256, _last: uint160) -> uint160:
    """
    @notice Refuses unless the entry names a reporter above the last one that is a contract and has
            approved the digest; returns its address as the number to compare the next one with.
    @dev Asks with an empty signature: what counts was approved on chain beforehand. Whether the
         call failed, ran out of gas, met no code or was answered otherwise makes no difference: it
         is no approval. Who hands in too little gas for the call only has the submission revert.
         Reverts with "attestations: malformed entry", "attestations: not ascending",
         "attestations: not a reporter" or "attestations: not approved".
    @param _digest What must be approved (EIP-712 digest).
    @param _r The address of the reporter.
    @param _s 0: one form only.
    @param _last The signer before.
    """
    # the width before the conversion, which would revert without a reason
    assert _s == 0 and _r >> 160 == 0, "attestations: malformed entry"
    number: uint160 = convert(_r, uint160)
    reporter: address = convert(number, address)
    # before the call, so that nobody else's code ever runs in here
    assert number > _last, "attestations: not ascending"
    assert self.is_reporter[reporter], "attestations: not a reporter"
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        reporter,
        abi_encode(_digest, b"", method_id=MAGIC),
        max_outsize=32,
        gas=APPROVAL_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    # all 32 bytes, the ABI's padding too: somebody else's answer is no approval by accident
    assert is_answered and answer == abi_encode(MAGIC), "attestations: not approved"
    return number
