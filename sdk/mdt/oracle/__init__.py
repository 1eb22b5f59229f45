"""From measurements to a signed report: collect, score, allocate, tree, bundle, attest.

Everything here is off chain and repeatable: the same input files give the same bytes on any machine.
"""
