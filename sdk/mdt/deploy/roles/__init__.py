"""Who may do what: the table a deployment is to end with, and the same table read from the chain.

Roles that are kept in a mapping (minters, burners, creators, the timelock's) can only be asked for account by account, and Luxtensor's
nodes keep no logs: they are asked for every account that the deployment knows, the contracts and the deployer among them.
"""

from __future__ import annotations

from mdt.deploy.roles.intended import intended
from mdt.deploy.roles.meaning import COVERED, MAY, MAY_EVERYWHERE, NOT_ROLES, role_like
from mdt.deploy.roles.read import read
from mdt.deploy.roles.table import ANYONE, NOBODY, TIMELOCK_ROLES, ZERO, Role, describe, differences, held_by, people

__all__ = [
    "ANYONE",
    "COVERED",
    "MAY",
    "MAY_EVERYWHERE",
    "NOBODY",
    "NOT_ROLES",
    "TIMELOCK_ROLES",
    "ZERO",
    "Role",
    "describe",
    "differences",
    "held_by",
    "intended",
    "people",
    "read",
    "role_like",
]
