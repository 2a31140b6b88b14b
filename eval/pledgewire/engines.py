"""Where work is done that can be split: in this process, or by Dask on many machines.

An engine applies a function to items and adds up what comes out, in the order of the items: the
sum is the same on any engine. A worker that dies costs time and nothing else, as its items are
done again elsewhere. Functions and items go to workers by pickle, of Python's own making; workers
need this package, and the files under the same paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from dask.distributed import Client

T = TypeVar("T")
R = TypeVar("R")
FAN_IN = 16
"""Sums that one step of Dask adds up, so that no machine has to hold all of them."""
RETRIES = 3
"""Times that a step is tried again on another worker when its worker died or failed."""
WAVE = 256
"""Items that are handed to Dask at once: their descriptions go through its scheduler."""
Watch = Callable[[int], None]


class Engine(Protocol):
    """What can do a piece of work for each item."""

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Give what the function makes of each item, in order."""

    def total(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        add: Callable[[Sequence[R]], R],
    ) -> R | None:
        """Add up what the function makes of each item; None for no items.

        `add` gives the sum of parts that follow each other.
        """


class InProcess:
    """Does all work here, one item after another."""

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return [function(item) for item in items]

    def total(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        add: Callable[[Sequence[R]], R],
    ) -> R | None:
        parts = map(function, items)
        sums: list[R] = []
        while group := list(islice(parts, FAN_IN)):
            sums.append(add(group))
        return add(sums) if sums else None


class DaskEngine:
    """Hands work to the workers of a Dask cluster.

    `watch` is told how many items are done.
    """

    def __init__(self, client: Client, watch: Watch | None = None) -> None:
        self.client = client
        self.watch = watch
        self.done = 0

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        futures = self.client.map(function, items, pure=False, retries=RETRIES)
        return self.client.gather(futures)

    def total(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        add: Callable[[Sequence[R]], R],
    ) -> R | None:
        """Add up on the workers, FAN_IN neighbours at a time, until one sum is left.

        Items are handed over in waves, two under way at once, so that there may be any number.
        """
        sums: list[Any] = []
        before: list[Any] = []
        waves = iter(items)
        while wave := list(islice(waves, WAVE)):
            futures = self.client.map(function, wave, pure=False, retries=RETRIES)
            sums.append(self.add_up(futures, add))
            self.follow(before)
            before = futures
        self.follow(before)
        return self.add_up(sums, add).result() if sums else None

    def add_up(self, futures: Sequence[Any], add: Callable[[Sequence[R]], R]) -> Any:
        """Give the future sum of parts that follow each other."""
        while len(futures) > 1:
            futures = [
                self.client.submit(add, futures[at : at + FAN_IN], pure=False, retries=RETRIES)
                for at in range(0, len(futures), FAN_IN)
            ]
        return futures[0]

    def follow(self, futures: Sequence[Any]) -> None:
        """Wait for parts, and tell who watches of each one."""
        from dask.distributed import as_completed

        for _ in as_completed(futures):
            self.done += 1
            if self.watch is not None:
                self.watch(self.done)


@contextmanager
def open_engine(cluster: str | None) -> Iterator[Engine]:
    """Open an engine: None for this process, `local:N` for N worker processes on this machine, or
    the address of a Dask scheduler (`tcp://host:8786`).

    Raises: ValueError for anything else; ImportError without the extra `scale`.
    """
    if cluster is None:
        yield InProcess()
        return
    kind, _, number = cluster.partition(":")
    is_local = kind == "local" and number.isdecimal() and int(number) > 0
    if not is_local and "://" not in cluster:
        raise ValueError(
            f"expected a cluster, got {cluster!r}, allowed: local:N, or the address of a "
            "Dask scheduler as tcp://host:8786"
        )
    from dask.distributed import Client, LocalCluster

    if not is_local:
        with Client(cluster) as client:
            yield DaskEngine(client)
        return
    with (
        LocalCluster(n_workers=int(number), threads_per_worker=1, dashboard_address=None) as made,
        Client(made) as client,
    ):
        yield DaskEngine(client)
