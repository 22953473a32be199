from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dashboard.lru import Lru, weight


def each_is_one(_key: object, _value: object) -> int:
    return 1


def length(_key: object, value: object) -> int:
    return len(str(value))


def test_the_least_recently_used_leaves_first() -> None:
    kept = Lru(2, each_is_one)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_a_large_thing_takes_the_room_of_several_and_one_too_large_is_not_kept() -> None:
    kept = Lru(10, length)
    for key in "abc":
        kept.keep(key, "xxx")
    assert kept.held == 3 * 3
    kept.keep("d", "x" * 6)
    assert [kept.get(key) is not None for key in "abcd"] == [False, False, True, True]
    assert kept.held == 3 + 6
    kept.keep("d", "x" * 11)
    assert kept.get("d") is None
    assert kept.held == 3


def test_a_store_never_outgrows_its_size_between_threads() -> None:
    kept = Lru(10, each_is_one)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: kept.keep(n, n), range(2000)))
    assert sum(kept.get(n) is not None for n in range(2000)) == kept.held == 10


def test_the_weight_is_that_of_all_a_thing_holds_each_once() -> None:
    @dataclass(frozen=True)
    class Record:
        words: tuple[str, ...]
        more: dict[str, bytes]

    long, raw = "x" * 1000, b"y" * 5000
    parts = (long, raw, "key")
    record = Record((long, long), {"key": raw})
    shells = sys.getsizeof(record) + sys.getsizeof(record.words) + sys.getsizeof(record.more)
    assert weight(record) == shells + sum(map(sys.getsizeof, parts))
    circle: list[object] = []
    circle.append(circle)
    assert weight(circle) == sys.getsizeof(circle)
