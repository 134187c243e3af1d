import pytest
from jupyter_client.connect import LocalPortCache

from tests.browser.lab import free_port, is_ours


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_each_port_is_dealt_to_one_worker(monkeypatch, workers):
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", str(workers))
    dealt = []
    for number in range(workers):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{number}")
        dealt += [port for port in range(1025, 65536) if is_ours(port)]
        assert len({port for port in dealt[-1000:] if port % 2}) > 400  # odd ones alone suffice
    assert sorted(dealt) == [*range(1025, 65536)]


@pytest.mark.parametrize("number", [0, 1])
def test_kernels_and_servers_of_a_worker_take_its_own_ports(monkeypatch, number):
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{number}")
    kernels = LocalPortCache.instance()
    for _ in range(20):
        port = kernels.find_available_port("127.0.0.1")
        kernels.return_port(port)
        assert is_ours(port) and is_ours(free_port())
