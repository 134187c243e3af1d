"""Measure what students cost a shared machine; write the tables into docs/deploying.md.

Each student has a server and a kernel of their own, as on a JupyterHub, with notebook 03 run to its
end. All of it is on this machine, and ends by itself.
"""

import argparse
import math
import queue
import tempfile
import time
from contextlib import ExitStack, suppress

import nbformat
import psutil
import run
from jupyter_client import BlockingKernelClient
from playwright.sync_api import sync_playwright

ROOT = run.HERE.parent
LESSON = ROOT / "notebooks" / "03-the-edge.ipynb"
CLASSES = [5, 10, 20]
CELL_SECONDS = 120
DRAG_SECONDS = 10.0
MB = 1_000_000


class Student(run.LabServer):
    """A server with one kernel that has run the lesson."""

    def __enter__(self):
        super().__enter__()
        self.server = psutil.Process(self._process.pid)
        return self

    def work(self):
        """Start a kernel as JupyterLab does and run the lesson in it."""
        kernel = self.api("POST", "kernels")
        client = BlockingKernelClient()
        client.load_connection_file(self.home / "runtime" / f"kernel-{kernel['id']}.json")
        client.start_channels()
        wait_for(client)
        for cell in nbformat.read(LESSON, as_version=4).cells:
            if cell.cell_type == "code":
                reply = client.execute_interactive(
                    cell.source, timeout=CELL_SECONDS, output_hook=lambda message: None
                )
                assert reply["content"]["status"] == "ok", reply
        client.stop_channels()

    def kernel(self):
        """Return the process of the only kernel."""
        [kernel] = [each for each in self.server.children(True) if is_kernel(each)]
        return kernel


def wait_for(client):
    """Ask a kernel until it is heard; it may be starting still."""
    for _ in range(CELL_SECONDS):
        client.kernel_info()
        with suppress(queue.Empty):
            return client.get_iopub_msg(timeout=1)
    raise TimeoutError("the kernel did not answer")


def is_kernel(process):
    """Return whether a process is a kernel of Jupyter."""
    return "ipykernel_launcher" in " ".join(process.cmdline())


def main():
    """Measure everything in one run and rewrite the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="print, and leave the page alone")
    options = parser.parse_args()
    text = f"{memory_table()}\n{drag_table()}"
    print(text)
    if not options.dry:
        run.write_between_markers(ROOT / "docs" / "deploying.md", text, "classroom.py")


def memory_table():
    """Fill a room with students, and measure at each size of class."""
    lines = [
        "| Students | servers, resident | kernels, resident | shared out | of it a student "
        "| CPU to open and run 03, a student |",
        "|---|---|---|---|---|---|",
    ]
    with ExitStack() as room:
        students, begin = [], time.monotonic()
        for size in CLASSES:
            while len(students) < size:
                home = room.enter_context(tempfile.TemporaryDirectory())
                students.append(room.enter_context(Student(home)))
                students[-1].work()
            lines.append(memory_row(students))
            print(lines[-1], f"after {time.monotonic() - begin:.0f} s", flush=True)
    return "\n".join(lines) + "\n"


def memory_row(students):
    """Return a row of the table of memory."""
    servers, kernels = [each.server for each in students], [each.kernel() for each in students]
    resident = [sum(each.memory_info().rss for each in part) / MB for part in (servers, kernels)]
    shared_out = sum(each.memory_full_info().pss for each in servers + kernels) / MB
    spent = sum(cpu(each) for each in servers + kernels) / len(students)
    cells = [f"{size:,.0f} MB" for size in (*resident, shared_out, shared_out / len(students))]
    return f"| {len(students)} | {' | '.join(cells)} | {spent:.1f} s |"


def cpu(process):
    """Return the seconds of CPU that a process has used."""
    times = process.cpu_times()
    return times.user + times.system


def drag_table():
    """Measure CPU of server and kernel while nothing happens and while a slider is dragged."""
    lines = [
        f"| For {DRAG_SECONDS:.0f} s | CPU of the server | CPU of the kernel |",
        "|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as home, Student(home) as student, sync_playwright() as web:
        browser = run.launch(web, run.find_chromium(web))
        for name in ("flipbook", "inline"):
            page, slider = opened(browser, student, name)
            if name == "flipbook":
                lines.append(
                    drag_row("nothing is touched", student, lambda: time.sleep(DRAG_SECONDS))
                )
            words = f"a slider is dragged, {run.CONTENDERS[name]}"
            lines.append(drag_row(words, student, lambda: drag(page, slider)))  # noqa: B023
            student.shut_kernels_down()
            page.context.close()
        browser.close()
    return "\n".join(lines) + "\n"


def opened(browser, student, name):
    """Open and run the picture of a contender; return the page and its slider."""
    parts = [run.HERE / "contenders" / f"{part}.py" for part in ("setup", name)]
    run.write_notebook(student.root / f"{name}.ipynb", [part.read_text("utf-8") for part in parts])
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.add_init_script(path=run.HERE / "probe.js")
    lab = run.LabPage(page, student)
    lab.open(f"{name}.ipynb")
    lab.run_all()
    slider = page.locator(run.RANGE).first
    slider.wait_for()
    slider.scroll_into_view_if_needed()
    page.wait_for_timeout(3000)
    return page, slider


def drag_row(words, student, action):
    """Return a row of the table of CPU."""
    processes = [student.server, student.kernel()]
    before = [cpu(each) for each in processes]
    action()
    spent = [cpu(each) - was for each, was in zip(processes, before, strict=True)]
    return f"| {words} | " + " | ".join(f"{each:.2f} s" for each in spent) + " |"


def drag(page, slider):
    """Drag a slider to and fro."""
    x, y, width = run.take_hold(page, slider)
    start = time.monotonic()
    while (passed := time.monotonic() - start) < DRAG_SECONDS:
        page.mouse.move(x + 0.3 * width * math.sin(2 * math.pi * passed / 1.5), y)
    page.mouse.up()


if __name__ == "__main__":
    main()
