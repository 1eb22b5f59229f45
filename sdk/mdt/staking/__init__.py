"""Staking as its users see it: reading (`reader`), and what holders (`stakes`), validators (`validators`) and accusers (`slashes`) can send.

Everything that is sent is a list of `calls.Call`, approvals included, made after looking at the state: what a contract would refuse is refused
here first, in words that say what to do, because some nodes pass on no reasons.
"""
