"""The cache in Redis, and in this process while Redis is away."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from pytest import MonkeyPatch

from portal.services import shared_cache
from portal.services.shared_cache import SharedCache


class Redis:
    """A Redis server of the test's own, which it can stop and start."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def cache(redis: Redis, monkeypatch: MonkeyPatch) -> SharedCache:
    monkeypatch.setattr(shared_cache, "PAUSE", 0.2)
    return SharedCache(f"redis://127.0.0.1:{redis.port}/0", {"KEY_PREFIX": uuid.uuid4().hex})


def test_two_processes_count_together(redis: Redis, cache: SharedCache) -> None:
    other = SharedCache(f"redis://127.0.0.1:{redis.port}/0", {"KEY_PREFIX": cache.key_prefix})
    assert cache.add("n", 1)
    assert not other.add("n", 1)
    assert other.incr("n") == 2
    assert cache.get("n") == 2


def test_without_redis_every_operation_is_answered_here(redis: Redis, cache: SharedCache) -> None:
    redis.stop()
    assert cache.get("a", "missing") == "missing"
    cache.set("a", 1)
    cache.set_many({"b": 2})
    assert cache.incr("a") == 2
    assert cache.get_many(["a", "b"]) == {"a": 2, "b": 2}
    assert cache.add("a", 1) is False
    assert cache.has_key("a")
    assert cache.touch("a", 10)
    assert cache.delete("a")
    cache.delete_many(["b"])
    cache.clear()
    assert cache.is_down()
    assert not cache.ping()


def test_after_the_pause_redis_is_used_again(redis: Redis, cache: SharedCache) -> None:
    redis.stop()
    cache.set("a", "local")
    redis.start()
    time.sleep(0.3)
    assert cache.get("a") is None
    assert not cache.is_down()


def test_what_an_earlier_outage_left_here_is_gone_at_the_next(redis: Redis, cache: SharedCache) -> None:
    redis.stop()
    cache.set("a", "old")
    redis.start()
    time.sleep(0.3)
    cache.set("b", 1)
    redis.stop()
    assert cache.get("a") is None


def test_a_redis_that_hangs_costs_one_short_wait_a_pause(redis: Redis, cache: SharedCache) -> None:
    cache.get("a")
    os.kill(redis.process.pid, 19)
    try:
        assert cache.get("a") is None
        assert cache.is_down()
    finally:
        os.kill(redis.process.pid, 18)
