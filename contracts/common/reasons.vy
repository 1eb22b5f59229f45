# pragma version ~=0.4.3
"""
@title Reason codes
@license AGPL-3.0-only
@notice One list for mint, burn, recycling and discard reasons, and for kinds of fees;
        `mdt.model.reasons` holds the same numbers and a test compares them. Codes are stable: new
        ones are appended, none renumbered.
"""

# --- constants: why tokens are minted ---

MINT_GENESIS: constant(uint256) = 0
MINT_BLOCK_REWARD: constant(uint256) = 1
MINT_RELAY_REWARD: constant(uint256) = 2
MINT_INFLATION: constant(uint256) = 3
MINT_MARKETPLACE_LIQUIDITY: constant(uint256) = 4
MINT_AIRDROP: constant(uint256) = 5
MINT_GOVERNANCE_REWARD: constant(uint256) = 6
MINT_EPOCH_EMISSION: constant(uint256) = 7
MINT_REASON_COUNT: constant(uint256) = 8

# --- constants: why tokens are burned ---

BURN_TRANSACTION_FEE: constant(uint256) = 0
BURN_DEFLATION: constant(uint256) = 1
BURN_SLASH: constant(uint256) = 2
BURN_VOLUNTARY: constant(uint256) = 3
BURN_REGISTRATION: constant(uint256) = 4
BURN_REASON_COUNT: constant(uint256) = 5

# --- constants: why tokens are recycled ---

RECYCLE_DONATION: constant(uint256) = 0
RECYCLE_NO_MINERS: constant(uint256) = 1
RECYCLE_NO_STAKERS: constant(uint256) = 2
RECYCLE_FEES: constant(uint256) = 3
RECYCLE_DEPOSIT: constant(uint256) = 4
RECYCLE_REASON_COUNT: constant(uint256) = 5

# --- constants: kinds of fees, of which the first three are taken elsewhere ---

FEE_GAS: constant(uint256) = 0
FEE_SALE: constant(uint256) = 1
FEE_SLASH: constant(uint256) = 2
FEE_REGISTRATION: constant(uint256) = 3
FEE_UNMET_QUOTA: constant(uint256) = 4
FEE_TRANSFER: constant(uint256) = 5
FEE_KIND_COUNT: constant(uint256) = 6

# --- constants: why a pending report was discarded ---

DISCARD_CANCELLED: constant(uint256) = 0
# Regression and duplicate come from controllers before the audit tree.
DISCARD_REGRESSION: constant(uint256) = 1
DISCARD_DUPLICATE: constant(uint256) = 2
DISCARD_REPORTERS_CHANGED: constant(uint256) = 3
DISCARD_INCONSISTENT: constant(uint256) = 4
DISCARD_LOSS: constant(uint256) = 5
DISCARD_VOIDED: constant(uint256) = 6
DISCARD_UNANSWERED: constant(uint256) = 7

# --- constants: what became of an epoch's miner share ---

MINERS_PAID: constant(uint256) = 0
MINERS_NONE: constant(uint256) = 1
MINERS_NOTHING_TO_PAY: constant(uint256) = 2
