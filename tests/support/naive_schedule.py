"""A distribution schedule as a child would keep it: block by block, with a queue of single payments. Slow, and nothing in it is clever."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from mdt.errors import Refusal


@dataclass
class NaiveSchedule:
    """Every interval that is over is put into the queue, unless the schedule was paused when the block began."""

    amount: int
    interval: int
    start: int
    end: int | None  # nothing is due after it
    block: int
    due_at: int = 0
    generation: int = 0
    waiting: tuple[int, int] | None = None
    is_paused: bool = False
    queue: deque[tuple[int, int]] = field(default_factory=deque)  # (generation, amount)
    paid: list[int] = field(default_factory=list)
    skipped: int = 0

    def __post_init__(self) -> None:
        self.due_at = self.start + self.interval

    def _switch(self, block: int) -> None:
        if self.waiting is not None:
            (self.amount, self.interval), self.waiting = self.waiting, None
            self.generation += 1
        self.due_at = block + self.interval

    def to(self, block: int) -> None:
        """Live through every block up to this one."""
        while self.block < block:
            self.block += 1
            if self.block == self.start:
                self._switch(self.block)
            elif self.block == self.due_at and (self.end is None or self.block <= self.end):
                if self.is_paused:
                    self.skipped += 1
                else:
                    self.queue.append((self.generation, self.amount))
                self._switch(self.block)

    def process(self, funds: int) -> int:
        """Pay from the front of the queue while the funds last."""
        if self.is_paused:
            raise Refusal("schedules: is paused")
        if not self.queue:
            raise Refusal("schedules: nothing due")
        total = 0
        while self.queue and total + self.queue[0][1] <= funds:
            amount = self.queue.popleft()[1]
            self.paid.append(amount)
            total += amount
        if total == 0:
            raise Refusal("schedules: out of funds")
        return total

    def change(self, amount: int, interval: int) -> None:
        """Other terms once the interval that runs is over."""
        if any(generation < self.generation for generation, _ in self.queue):
            raise Refusal("schedules: arrears unpaid")
        if (amount, interval) == (self.waiting or (self.amount, self.interval)):
            raise Refusal("schedules: nothing changes")
        begins = self.start if self.block < self.start else self.due_at
        if self.end is not None and begins + interval > self.end:
            raise Refusal("schedules: no interval follows")
        self.waiting = amount, interval

    def pause(self) -> None:
        """From the next block on."""
        if self.is_paused:
            raise Refusal("schedules: is paused")
        self.is_paused = True

    def resume(self) -> None:
        """From the next block on."""
        if not self.is_paused:
            raise Refusal("schedules: not paused")
        self.is_paused = False

    @property
    def owed(self) -> int:
        """Wei in the queue."""
        return sum(amount for _, amount in self.queue)
