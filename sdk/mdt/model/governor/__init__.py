"""The governor: which stake votes, under which terms, on what, and the contract."""

from mdt.model.governor.contract import Governor
from mdt.model.governor.enrolments import MAX_PLACES, RING, Enrolment, Place, Stakes
from mdt.model.governor.operations import Action
from mdt.model.governor.proposals import Proposal, ProposalState, Support
from mdt.model.governor.terms import VoteTerms

__all__ = ["MAX_PLACES", "RING", "Action", "Enrolment", "Governor", "Place", "Proposal", "ProposalState", "Stakes", "Support", "VoteTerms"]
