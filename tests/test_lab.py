"""`make lab` and `make test` run for real, in a copy of the project whose folder has a space."""

import ast
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import install
import pytest
import serve

ROOT = Path(__file__).parents[1]
ADDRESS = r"http://127\.0\.0\.1:(\d+)/lab/tree/00-start-here\.ipynb\?token=([0-9a-f]{48})"
TROUBLE = "warning|error|traceback|refus|critical"
needs_make = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="make is not installed"
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A copy in a folder with a space; packages are there, but nothing is installed from it."""
    folder = tmp_path_factory.mktemp("lab") / "a folder"
    leave = shutil.ignore_patterns(".*", "__pycache__", "desk", "node_modules")
    shutil.copytree(ROOT, folder, ignore=leave)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    scripts = folder / ".venv" / "bin"
    for name in ("pip", "ruff"):
        (scripts / name).symlink_to(Path(sysconfig.get_path("scripts")) / name)
    (scripts.parent / "share").symlink_to(Path(sys.prefix) / "share")
    [packages] = scripts.parent.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder


@pytest.fixture
def environment(tmp_path):
    """What a newcomer's shell holds: no settings of Jupyter, no make around, no lrlab."""
    ours = ("JUPYTER", "MAKE", "PYTHON", "PYTEST", "DISPLAY", "WAYLAND", "BROWSER")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    private = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return inherited | {name: str(tmp_path) for name in private}


@contextmanager
def running(command, folder, environment):
    """Run a command until the block ends; yield its process and a function that reads."""
    with open(folder / "said", "w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            yield process, lambda: (folder / "said").read_text(encoding="utf-8")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def wait_for(pattern, process, read, seconds=60):
    """Return the match of what a process says, as soon as it has said it."""
    end = time.monotonic() + seconds
    while not (found := re.search(pattern, read())):
        assert process.poll() is None and time.monotonic() < end, read()
        time.sleep(0.1)
    return found


def status(url):
    try:
        return urllib.request.urlopen(url, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


@needs_make
def test_make_lab_runs_for_whoever_calls_it_on_a_free_port_and_says_little(elsewhere, environment):
    """In a container that is root, and there is no desktop."""
    with closing(socket.socket()) as taken, suppress(OSError):
        taken.bind(("127.0.0.1", 8888))  # or another has it already
        taken.listen()
        with running(["make", "lab"], elsewhere, environment) as (process, read):
            port, token = wait_for(ADDRESS, process, read).groups()
            wait_for(r"Ctrl\+C", process, read)
            assert port != "8888"
            notebook = f"http://127.0.0.1:{port}/api/contents/00-start-here.ipynb?content=0"
            assert status(notebook) == 403
            assert status(f"{notebook}&token={token}") == 200
            with pytest.raises(OSError):  # It listens on this one address.
                socket.create_connection(("127.0.0.2", int(port)), timeout=5)
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=30)
            with pytest.raises(OSError):
                status(notebook)
            said = read()
    assert (os.geteuid() == 0) == ("--allow-root" in said)
    assert "JupyterLab has ended." in said
    ours = said.replace("make: *** [Makefile", "")  # what make calls it when it is interrupted too
    assert not re.search(TROUBLE, ours, re.IGNORECASE), said
    assert len(said.splitlines()) < 15
    assert "Serving notebooks" in (elsewhere / ".venv" / "lab.log").read_text(encoding="utf-8")


@needs_make
def test_make_test_runs_in_a_folder_with_a_space(elsewhere, environment):
    """Every line of it, though pytest only shows its help."""
    environment["PYTEST_ADDOPTS"] = "--help"
    with running(["make", "test"], elsewhere, environment) as (process, read):
        assert process.wait(timeout=120) == 0, read()
        assert read().count("usage: python -m pytest") == 2


# What is said on the way


@pytest.fixture
def unfilled(tmp_path, monkeypatch):
    """An environment in which pip only notes what it would have installed; and those notes."""
    scripts, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    (tmp_path / scripts).mkdir()
    for name in ("python", "pip"):
        (tmp_path / scripts / f"{name}{suffix}").touch()
    notes = []
    monkeypatch.setattr(install, "pip", lambda folder, purpose, *what: notes.append(purpose))
    return tmp_path, notes


def test_a_part_is_installed_once_and_again_when_its_lock_or_the_folder_changed(
    unfilled, monkeypatch, tmp_path
):
    folder, notes = unfilled
    lab = ["what the notebooks need", "lrlab"]
    install.install(folder, "tests")
    assert notes == [*lab, "what the tests need"]
    install.install(folder, "lab")
    install.install(folder, "tests")
    assert len(notes) == 3
    moved = tmp_path / "moved"
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        moved.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, moved)
    monkeypatch.setattr(install, "ROOT", moved)
    install.install(folder, "lab")
    assert notes[3:] == lab
    (moved / "requirements-dev.txt").write_text("", encoding="utf-8")
    install.install(folder, "lab")
    install.install(folder, "tests")
    assert notes[5:] == ["what the tests need"]


def test_an_installation_that_failed_is_tried_again(unfilled, monkeypatch):
    folder, notes = unfilled
    install.install(folder, "lab")

    def fail(*_):
        notes.append("failed")
        sys.exit(1)

    monkeypatch.setattr(install, "pip", fail)
    monkeypatch.setattr(install, "TORCH", "torch==0")  # Everything counts as changed.
    for _ in range(2):
        with pytest.raises(SystemExit):
            install.install(folder, "lab")
    assert notes[2:] == ["failed", "failed"]


def test_an_error_of_pip_is_shown_whole_with_a_hint(elsewhere):
    with pytest.raises(SystemExit) as ended:
        install.pip(elsewhere / ".venv", "a thing", "--no-index", "no-such-package-of-lrlab")
    error, hint = str(ended.value).split("\n\n")
    assert re.search(r"^ERROR: .*no-such-package-of-lrlab", error, re.MULTILINE)
    assert "is there a network" in hint
    assert "\n" not in hint


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Max retries exceeded: Failed to establish a new connection", "is there a network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "tries again"),
    ],
)
def test_hints(error, hint):
    assert hint in install.hint(error)


@pytest.mark.parametrize(
    ("said", "there", "line"),
    [
        ("", [], "Installing it."),
        ("Collecting a\nCollecting b\n", [], "Downloading it: 2 of 4 packages"),
        ("Ignoring d: markers\nCollecting a\n", [], "Downloading it: 1 of 3 packages"),
        (
            "Collecting a\nRequirement already satisfied: b\nInstalling collected packages: a, b\n",
            ["a", "b", "c"],
            "Installing it: 3 of 4 packages",
        ),
    ],
)
def test_progress_counts_packages(tmp_path, said, there, line):
    (tmp_path / "install.log").write_text(said, encoding="utf-8")
    for name in there:
        (tmp_path / f"lib/python3.99/site-packages/{name}-1.dist-info").mkdir(parents=True)
    assert install.progress("it", set("abcd"), tmp_path) == line


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)],
)
def test_without_a_screen_no_browser_is_opened(monkeypatch, variables, expected):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(serve.webbrowser, "get", lambda: None)
    assert serve.has_desktop() == expected


def test_a_screen_without_a_browser_is_no_desktop(monkeypatch):
    def none():
        raise serve.webbrowser.Error

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(serve.webbrowser, "get", none)
    assert not serve.has_desktop()


@pytest.mark.parametrize("name", ["lab", "preflight"])
def test_what_meets_an_old_python_is_written_for_it(name):
    tree = ast.parse((ROOT / "tools" / f"{name}.py").read_text("utf-8"), feature_version=(3, 7))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, new)]


def test_an_old_python_is_told_so_in_one_line(tmp_path):
    patch = "import sys\nsys.version_info = (3, 9, 6)\n"
    (tmp_path / "sitecustomize.py").write_text(patch, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "tools/lab.py", "--venv", str(tmp_path / "venv")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"lrlab needs Python 3\.11 or newer.* is 3\.9\.6;.*\n", done.stderr)
    assert not (tmp_path / "venv").exists()
