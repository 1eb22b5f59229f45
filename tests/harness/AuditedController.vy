# pragma version 0.4.3
# pragma nonreentrancy on
# pragma optimize gas
# pragma evm-version cancun
"""
@title What RootAudit asks of a controller, with a report and evidence that a test sets
@license AGPL-3.0-only
"""

from interfaces import IEmissionController

evidence_root: public(HashMap[uint256, bytes32])
discarded_for: public(uint256)
discarded_by: public(address)
_pending: IEmissionController.PendingReport


@external
def set_pending(_root: bytes32, _audit_root: bytes32, _total: uint256):
    self._pending.digest = keccak256("a report")
    self._pending.submitted_at = block.timestamp
    self._pending.settles_at = block.timestamp + 600
    self._pending.report.root = _root
    self._pending.report.audit_root = _audit_root
    self._pending.report.cumulative_total = _total


@external
def set_evidence(_epoch: uint256, _root: bytes32):
    self.evidence_root[_epoch] = _root


@external
@view
def pending() -> IEmissionController.PendingReport:
    return self._pending


@external
def discard_refuted(_reason: uint256, _refuter: address):
    self._pending.digest = empty(bytes32)
    self.discarded_for = _reason
    self.discarded_by = _refuter
