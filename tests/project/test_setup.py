"""The promises of README.md about setting up: the two commands, the locks, what is shipped."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import install
import pytest
import yaml
from flit_core import buildapi
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import lrlab

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = [
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-frameworks.txt",
    "requirements-site.txt",
    "benchmarks/requirements.txt",
]
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command, **environment):
    """Run a command in the repository and return what came of it."""
    # A make that runs these tests must not hand its own flags to the make under test.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, timeout=60
    )


def executable(path, script):
    path.write_text(f"#!{shutil.which('bash')}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


# Locks


def pins(name):
    """Return {package: (its requirement, how many hashes it has)} of a lock."""
    text = read(name).replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    parts = [line.split("--hash=sha256:") for line in lines]
    found = {}
    for requirement, *hashes in parts:
        requirement = Requirement(requirement)
        found[canonicalize_name(requirement.name)] = (requirement, len(hashes))
    assert len(found) == len(lines), "a package is pinned twice"
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_exact_versions_with_hashes_and_names_no_address(name):
    for requirement, hashes in pins(name).values():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="]
        assert hashes > 0
        assert requirement.url is None
    assert "://" not in read(name)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PYPROJECT["project"]["dependencies"]),
        ("requirements.txt", PYPROJECT["dependency-groups"]["lab"]),
        ("requirements-dev.txt", PYPROJECT["dependency-groups"]["test"]),
        ("requirements-frameworks.txt", PYPROJECT["dependency-groups"]["frameworks"]),
        ("requirements-site.txt", PYPROJECT["dependency-groups"]["site"]),
        ("benchmarks/requirements.txt", PYPROJECT["dependency-groups"]["bench"]),
    ],
)
def test_lock_holds_what_pyproject_asks_for(lock, wanted):
    locked = pins(lock)
    for requirement in map(Requirement, wanted):
        pin = locked[canonicalize_name(requirement.name)][0]
        (version,) = (specifier.version for specifier in pin.specifier)
        assert version in requirement.specifier
        assert pin.marker == requirement.marker, f"{pin.name} is pinned on other machines"


@pytest.mark.parametrize("name", LOCKS[1:])
def test_lock_agrees_with_that_of_make_lab(name):
    lab, other = pins(LOCKS[0]), pins(name)
    shared = lab.keys() & other.keys()
    assert shared
    for package in shared:
        assert lab[package][0].specifier == other[package][0].specifier


# The commands


@needs_make
@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/install.md"])
def test_commands_that_are_documented_exist(document):
    targets = set(re.findall(r"(?:^ *|`)make ([a-z-]+)", read(document), re.MULTILINE))
    assert {"lab", "test"} & targets
    done = run("make", "--dry-run", *sorted(targets))
    assert done.returncode == 0, done.stderr  # names the target that there is not


@pytest.fixture
def fresh(tmp_path):
    """A function that runs `make lab` where nothing is installed, Python as `patch` makes it."""

    def make(patch="", **variables):
        (tmp_path / "sitecustomize.py").write_text(f"import sys\n{patch}\n", encoding="utf-8")
        variables = {"PYTHON": sys.executable, "VENV": str(tmp_path / "venv")} | variables
        arguments = [f"{name}={value}" for name, value in variables.items()]
        done = run("make", "lab", *arguments, PYTHONPATH=str(tmp_path))
        assert done.returncode != 0
        assert not (tmp_path / "venv" / "bin" / "pip").exists()
        # The last line is make's own.
        return done.stdout + "".join(done.stderr.splitlines(keepends=True)[:-1])

    return make


@needs_make
@pytest.mark.parametrize(
    ("machine", "line"),
    [
        ({"patch": "sys.version_info = (3, 9, 6)"}, r"needs Python 3\.11 or newer.* is 3\.9\.6;"),
        ({"patch": "sys.modules['ensurepip'] = None"}, r"sudo apt install python3\.\d+-venv$"),
        ({"PYTHON": ""}, r"needs Python 3\.11 or newer and found none"),
    ],
)
def test_what_a_machine_lacks_is_said_in_one_line(fresh, machine, line):
    said = fresh(**machine)
    assert re.search(line, said)
    assert said.count("\n") == 1


@needs_make
def test_frameworks_have_an_environment_and_a_command_of_their_own():
    done = run("make", "--dry-run", "test-frameworks", f"PYTHON={sys.executable}")
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    assert last.startswith('".venv-frameworks/bin/python" -m pytest --nbval ')
    assert last.endswith(" notebooks/extras")
    assert 'tools/install.py ".venv-frameworks" frameworks' in done.stdout
    assert re.search(r"torch==[\d.]+$", install.TORCH)
    assert "--ignore=notebooks/extras" in run("make", "--dry-run", "test").stdout
    assert ".venv-frameworks" in shlex.split(run("make", "--dry-run", "clean").stdout)


@needs_make
def test_a_python_that_is_too_new_for_frameworks_is_told_in_one_line(tmp_path):
    patch = "import sys\nsys.version_info = (3, 14, 0)\n"
    (tmp_path / "sitecustomize.py").write_text(patch, encoding="utf-8")
    python = tmp_path / "a folder" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    place = f"FRAMEWORKS_VENV={tmp_path / 'venv'}"
    command = ["make", "test-frameworks", f"PYTHON={python}", place]
    done = run(*command, PYTHONPATH=str(tmp_path))
    assert done.returncode != 0 and not (tmp_path / "venv").exists()
    line, _ = done.stderr.splitlines()  # the last line is make's own
    assert re.search(r"no release for Python 3\.14 yet; .*make test-frameworks PYTHON=", line)


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("number", ["taken", "70000", "eight"])
def test_a_port_that_cannot_be_used_is_said_in_one_line(taken_port, number):
    number = str(taken_port) if number == "taken" else number
    done = run(sys.executable, "tools/preflight.py", "port", number)
    assert done.returncode == 1
    assert f"Port {number} cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run(sys.executable, "tools/preflight.py", "port", str(free_port())).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="continuous integration runs on Linux")
@pytest.mark.parametrize("has_browser", [True, False])
@pytest.mark.parametrize("passes", [True, False])
def test_ci_installs_a_missing_browser_and_runs_the_tests(tmp_path, has_browser, passes):
    log = tmp_path / "log"
    for name in ["dirname", "id"]:
        (tmp_path / name).symlink_to(shutil.which(name))
    executable(tmp_path / "make", f'echo "make $*" >> {log}; exit {0 if passes else 3}')
    executable(tmp_path / "apt-get", f'echo "apt-get $*" >> {log}')
    executable(tmp_path / "sudo", 'shift; exec "$@"')
    if has_browser:
        executable(tmp_path / "chromium", "")
    done = run(shutil.which("bash"), ".ci/run", PATH=str(tmp_path), LRLAB_CHROMIUM="")
    assert done.returncode == (0 if passes else 3), done.stderr
    lines = log.read_text().splitlines()
    made = [line for line in lines if line.startswith("make")]
    everything = ["make test", "make test-frameworks"]
    assert made == (everything if passes else everything[:1])
    installed = lines[: -len(made)]
    if has_browser:
        assert installed == []
    else:
        update, install = installed
        assert update == "apt-get update"
        assert {"install", "chromium", "fonts-dejavu-core"} <= set(install.split())


# What is shipped


def test_wheel_holds_every_file_of_lrlab(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / buildapi.build_wheel(tmp_path)) as wheel:
        shipped = {name for name in wheel.namelist() if name.startswith("lrlab/")}
    files = [path for path in (ROOT / "lrlab").rglob("*") if path.is_file()]
    written = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    assert shipped == written
    assert {".py", ".js", ".css", ".mplstyle"} <= {Path(name).suffix for name in shipped}


def test_scripts_and_styles_load_nothing_from_elsewhere():
    files = [path for path in (ROOT / "lrlab").rglob("*") if path.suffix in (".js", ".css")]
    assert files
    for path in files:
        addresses = re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+[^\s\"'`)]*", path.read_text("utf-8"))
        # The name of the SVG namespace looks like an address, but nothing is fetched from it.
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path.name


def test_citation_and_changelog_agree_with_the_package():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == lrlab.__version__
    assert citation["license"] == PYPROJECT["project"]["license"]
    assert re.findall("^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)[0] == lrlab.__version__


def test_the_version_is_said_once_and_is_that_of_what_is_installed(tmp_path, monkeypatch):
    assert "version" not in PYPROJECT["project"]
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    monkeypatch.chdir(ROOT)
    place = tmp_path / buildapi.prepare_metadata_for_build_editable(tmp_path) / "METADATA"
    assert f"\nVersion: {lrlab.__version__}\n" in place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("document", "file"),
    [
        ("README.md", r"\]\((?!https?:)([^)#]+)"),
        ("CONTRIBUTING.md", r"`((?:\.?[a-z]+/)+[\w-]*(?:\.\w+)?)`"),
    ],
)
def test_files_that_are_documented_exist(document, file):
    names = re.findall(file, read(document))
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_pictures_of_the_readme_are_under_one_megabyte():
    pictures = re.findall(r"!\[[^\]]+\]\((?!https?:)([^)]+)\)", read("README.md"))
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).stat().st_size < 1_000_000, picture
