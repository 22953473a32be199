from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dashboard.lru import Lru


def test_the_least_recently_used_leaves_first() -> None:
    kept = Lru(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_a_store_never_outgrows_its_size_between_threads() -> None:
    kept = Lru(10)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: kept.keep(n, n), range(2000)))
    assert sum(kept.get(n) is not None for n in range(2000)) == 10
