"""Timelock: what it may have to call fits its payloads, the rotation of as many reporters as can be deployed above all."""

from __future__ import annotations

from vyper import ast as vy_ast
from vyper.ast import nodes

from mdt.model.timelock import MAX_PAYLOAD, TimelockCall
from tests.support.emission import deploy_suite
from tests.support.timelock import calldata, deploy_timelock, wait
from tools import contracts

LARGER = {
    "RewardDistributor.claim": "anybody's",
    "RewardDistributor.claim_many": "anybody's",
    "EmissionController.submit_report": "anybody's, with signatures",
    "EmissionController.void_report": "anybody's, with signatures",
    "RewardDistributor.claim_and_stake": "each account's own",
    "RootAudit.refute_inconsistent": "anybody's",
    "RootAudit.refute_loss": "anybody's",
    "RootAudit.challenge": "anybody's",
    "RootAudit.answer": "anybody's",
    "Slasher.report_liveness": "anybody's, with signatures",
    "Vesting.create_batch": "several batches, or `create`",
    "Governor.propose": "each account's own",
    "Governor.queue": "anybody's",
    "Governor.execute": "anybody's",
    "Timelock.schedule": "an operation that schedules another has room for less",
    "Timelock.schedule_batch": "as `schedule`",
    "Timelock.execute": "the executor's",
    "Timelock.execute_batch": "the executor's",
    "Timelock.try_batch": "asked by `eth_call`",
    "Timelock.make_and_undo": "asked by `eth_call`",
}
"""Calls that can be longer than a payload, and why nobody misses them."""


class Sizes:
    """How long calls of an interface can be."""

    def __init__(self, source: str) -> None:
        tree = vy_ast.parse_to_ast(source, is_interface=True)
        self.structs = {one.name: [field.annotation for field in one.body] for one in tree.get_children(nodes.StructDef)}
        self.functions = tree.get_children(nodes.FunctionDef)

    def calls(self) -> dict[str, int]:
        """Bytes of calldata of each function that is no view, with every array full."""
        return {one.name: 4 + sum(self.size(argument.annotation) for argument in one.args.args) for one in self.functions if not self.is_view(one)}

    @staticmethod
    def is_view(function: nodes.FunctionDef) -> bool:
        return any(isinstance(one, nodes.Name) and one.id in ("view", "pure") for one in function.decorator_list)

    def size(self, kind: nodes.VyperNode) -> int:
        """Bytes of a value of a type: of an array a word for where it is, one for its length, and its parts."""
        if not isinstance(kind, nodes.Subscript):
            name = kind.node_source_code.rsplit(".", 1)[-1]
            return sum(self.size(part) for part in self.structs[name]) if name in self.structs else 32
        of, bound = kind.value.node_source_code, kind.slice
        if of == "DynArray":
            part, count = bound.elements
            return 64 + count.value * self.size(part)
        if of in ("Bytes", "String"):
            return 64 + -(-bound.value // 32) * 32
        return int(bound.value) * self.size(kind.value)


def test_payload__every_call_of_the_suite_with_full_arrays__fits_or_is_named():
    found = {f"{path.stem[1:]}.{name}": size for path in contracts.interfaces() for name, size in Sizes(path.read_text()).calls().items()}
    assert found["EmissionController.set_reporters"] == 1_124
    assert {name for name, size in found.items() if size > MAX_PAYLOAD} == set(LARGER)


def test_rotation__as_many_reporters_as_can_be_deployed__replaced_by_an_operation():
    """Z6: 29 to 32 reporters could be deployed, and never rotated."""
    twin, suite = deploy_timelock(), deploy_suite()
    suite.controller.transfer_ownership(twin.address, sender=suite.owner)
    twin.timelock.accept_ownership([suite.controller])
    reporters = [f"0x{number:040x}" for number in range(0xAA00, 0xAA20)]
    call = TimelockCall(str(suite.controller.address), calldata(suite.controller, "set_reporters", reporters, 17))
    assert len(call.payload) == 1_124
    twin.schedule(call)
    twin.schedule_batch([call], salt=b"batch".ljust(32))
    wait()
    twin.execute(call)
    assert [int(one, 16) for one in suite.controller.reporters()] == [int(one, 16) for one in reporters]
    assert suite.controller.quorum() == 17
