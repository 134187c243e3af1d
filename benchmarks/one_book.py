"""What one Flipbook costs, measured in a fresh Python; prints JSON. Called by run.py."""

import json
import statistics
import sys
import time
from pathlib import Path


def megabytes():
    """Return the memory of this process in MiB, or 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


memory, began = megabytes(), time.perf_counter()
import lrlab  # noqa: E402, F401

result = {"import_ms": 1000 * (time.perf_counter() - began), "import_mib": megabytes() - memory}

from ipywidgets.widgets.widget import _remove_buffers  # noqa: E402

from lrlab import explorers  # noqa: E402

data = {}
exec(Path(__file__).with_name("contenders").joinpath("setup.py").read_text("utf-8"), data)
times = []
for _ in range(11):
    before = time.perf_counter()
    book = explorers.learning_rate(data["x"], data["y"])
    times.append(1000 * (time.perf_counter() - before))
    if len(times) == 1:
        result["first_ms"] = 1000 * (time.perf_counter() - began)
        result["first_mib"] = megabytes() - memory
result["build_ms"] = statistics.median(times[1:])

state, _, buffers = _remove_buffers(book.get_state())
code = "".join(state.pop(key) for key in ("_esm", "_css"))
result["state_bytes"] = len(json.dumps(state)) + sum(memoryview(each).nbytes for each in buffers)
result["code_bytes"] = len(code.encode())
json.dump(result, sys.stdout)
