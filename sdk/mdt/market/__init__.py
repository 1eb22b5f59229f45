"""The token's life beside staking: supply, payments and fees, reserve pools and what they sell, schedules that distribute.

Each function looks at the state, refuses in words what a contract would refuse, and answers with the calls to send.
"""
