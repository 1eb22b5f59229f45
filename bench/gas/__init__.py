"""Gas of every operation, from receipts of real transactions on an embedded chain."""
