"""Deploying the suite: what is compiled, the plan, its execution, and the comparison afterwards."""
