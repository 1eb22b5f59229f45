"""The specification in Python integers: the contracts' names, rounding and refusals."""
