"""Reserve pools: sales, the books of the pools, and the contract."""

from mdt.model.pools.books import MAX_ALLOCATIONS, MAX_POOLS, Allocation, AllocationStatus, Refill, ReservePool
from mdt.model.pools.contract import MAX_SECONDS, MIN_SECONDS, ReservePools
from mdt.model.pools.sales import MAX_PRICE, Quote, Sale, SaleTerms

__all__ = [
    "MAX_ALLOCATIONS",
    "MAX_POOLS",
    "MAX_PRICE",
    "MAX_SECONDS",
    "MIN_SECONDS",
    "Allocation",
    "AllocationStatus",
    "Quote",
    "Refill",
    "ReservePool",
    "ReservePools",
    "Sale",
    "SaleTerms",
]
