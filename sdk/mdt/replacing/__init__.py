"""Putting a new contract in the place of one of a deployment that is in use: `mdt deploy replace`.

What is replaced how stands in one table (`table`), a file each for what is peculiar to some; `run` goes through the stages of one replacement, as far as
the chain has let it come, and is started again for the rest.
"""
