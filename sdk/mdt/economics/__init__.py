"""What decay table and cap do to real distributions of stake, and what splitting a stake still gains: `python -m mdt.economics`."""
