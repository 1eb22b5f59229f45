"""Every function of a contract, called with arguments as small and as large as its types allow."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import boa

from mdt.chain import abi as abilib
from tests.support.whole import REFUSAL, reason_of

EXTREMES = (0, 1, 2**127, 2**255, 2**256 - 1)
INTEGER = re.compile(r"u?int(\d*)$")


class Extremes:
    """Arguments for the functions of a contract.

    Args:
        contract: Of titanoboa.
        account: Whom addresses name where nothing extreme is asked of them.
        without: Functions that are left out.
    """

    def __init__(self, contract: Any, account: str, without: Collection[str] = ()) -> None:
        self.contract, self.account, self.without = contract, account, without

    def refused_without_reason(self, senders: Sequence[str]) -> Iterator[str]:
        """Calls that end without a reason of ours; nothing that succeeds stays."""
        for entry in self.contract.abi:
            if entry["type"] == "function" and entry["name"] not in self.without:
                yield from self._of(entry, senders[:1] if entry["stateMutability"] in ("view", "pure") else senders)

    def _of(self, entry: abilib.AbiEntry, senders: Sequence[str]) -> Iterator[str]:
        tried: set[bytes] = set()
        for arguments in self._arguments(entry):
            data = abilib.encode_call(entry, arguments)
            if data in tried:
                continue
            tried.add(data)
            for sender in senders:
                with boa.env.anchor():
                    done = boa.env.execute_code(to_address=self.contract.address, sender=sender, data=data)
                if done.is_error and not REFUSAL.fullmatch(reason_of(done.output)):
                    yield f"{Path(self.contract.compiler_data.contract_path).stem} {entry['name']}{tuple(arguments)}: {reason_of(done.output)!r}"

    def _arguments(self, entry: abilib.AbiEntry) -> Iterator[list[Any]]:
        """All numbers at once, then each alone among small ones: 1 and 3, so that it meets something of most kinds."""
        inputs = entry["inputs"]
        count = sum(map(self._numbers, inputs))
        for value in EXTREMES:
            yield self._filled(inputs, [value] * count)
        for place, value, small in product(range(count if count > 1 else 0), EXTREMES[3:], (1, 3)):
            yield self._filled(inputs, [value if number == place else small for number in range(count)])

    def _filled(self, inputs: Sequence[abilib.AbiEntry], values: list[int]) -> list[Any]:
        left = iter(values)
        return [self._value(item, item["type"], left) for item in inputs]

    def _numbers(self, item: abilib.AbiEntry) -> int:
        left = iter([1] * 1_000)
        self._value(item, item["type"], left)
        return 1_000 - sum(left)

    def _value(self, item: abilib.AbiEntry, kind: str, left: Iterator[int]) -> Any:
        """A value of a type, with the next numbers in it; lists have one element."""
        if kind.endswith("]"):
            size = kind[kind.rindex("[") + 1 : -1]
            return [self._value(item, kind[: kind.rindex("[")], left) for _ in range(int(size or 1))]
        if kind == "tuple":
            return {part["name"]: self._value(part, part["type"], left) for part in item["components"]}
        number = INTEGER.match(kind)
        if number:
            return min(next(left), 2 ** (int(number[1] or 256) - kind.startswith("int")) - 1)
        plain = {"address": self.account, "bool": True, "string": "x", "bytes": bytes(65), "bytes32": bytes(32), "bytes4": bytes(4)}
        return plain[kind]
