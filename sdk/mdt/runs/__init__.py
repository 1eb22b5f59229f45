"""Whole runs of the system on an embedded chain: the demo, and the same job on real data."""
