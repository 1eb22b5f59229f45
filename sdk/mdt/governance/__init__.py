"""What the timelock does: operations and their ids, calls in words, and where operations are kept.

The timelock keeps nothing of an operation but the time from which it may be executed, and Luxtensor answers no log queries. Whoever executes has to
bring the calls again, so every operation is a file (`store`) whose name is the hash of what it holds.
"""
