# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Attestations: k of n reporters sign one digest
@license AGPL-3.0-only
@notice A digest counts as attested when at least `quorum` distinct current reporters signed it.
        Signatures come sorted by ascending signer, which makes distinctness one comparison each.
@custom:security The digest must bind chain, contract, epoch and attempt; that is the host's part.
                 Signatures are 65 bytes with a low s (EIP-2), so each has exactly one form.
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

# --- storage ---

quorum: public(uint256)
is_reporter: public(HashMap[address, bool])  # account -> signs reports now
_reporters: DynArray[address, MAX_REPORTERS]

# --- views ---

@external
@view
def reporters() -> DynArray[address, MAX_REPORTERS]:
    """
    @notice The accounts whose signatures count, in the order they were set.
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
    @notice Refuses unless at least `quorum` distinct reporters signed the digest.
    @dev Every signature must count: one bad signature refuses the whole set. Reverts with
         "attestations: below quorum", "attestations: not 65 bytes", "attestations: not ascending",
         "attestations: not a reporter", or snekmate's "ecdsa: invalid signature" and
         "ecdsa: invalid signature `s` value".
    @param _digest What was signed (EIP-712 digest).
    @param _signatures r, s, v of each, sorted by ascending signer.
    """
    assert len(_signatures) >= self.quorum, "attestations: below quorum"
    last: uint160 = 0
    for signature: Bytes[65] in _signatures:
        assert len(signature) == 65, "attestations: not 65 bytes"
        v: uint256 = convert(slice(signature, 64, 1), uint256)
        r: uint256 = extract32(signature, 0, output_type=uint256)
        s: uint256 = extract32(signature, 32, output_type=uint256)
        signer: address = ecdsa._recover_vrs(_digest, v, r, s)
        assert convert(signer, uint160) > last, "attestations: not ascending"
        assert self.is_reporter[signer], "attestations: not a reporter"
        last = convert(signer, uint160)
