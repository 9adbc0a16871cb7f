"""The fork server holds the models while documents are read, and no longer than it must."""

from __future__ import annotations

import multiprocessing

import pytest

from litclaims import workers


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="there is no fork server here")
def test_the_fork_server_ends_when_it_is_told_to_and_another_begins():
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    numbers = []
    for _ in range(2):
        with context.Pool(1) as pool:
            assert pool.apply(abs, (-1,)) == 1
        number = forkserver._forkserver._forkserver_pid
        numbers.append(number)
        workers.end_server()
        assert forkserver._forkserver._forkserver_pid is None
    assert numbers[0] != numbers[1]
    workers.end_server()  # where there is none, too
