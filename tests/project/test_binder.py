"""What Binder would build, read from the Dockerfile repo2docker writes. No Docker is needed."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id=1000"]
    done = subprocess.run(
        [*command, "--user-name=learner", str(ROOT)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def position(dockerfile, instruction):
    found = re.search(instruction, dockerfile, re.MULTILINE)
    assert found, f"no line matches {instruction}"
    return found.start()


def test_requirements_are_installed_before_the_repository_is_copied(dockerfile):
    install = position(dockerfile, r'^RUN .*/pip install .*-r "binder/requirements\.txt"$')
    assert install < position(dockerfile, r"^COPY .* src/ \$\{REPO_DIR\}/$")
    assert "environment.yml" not in dockerfile


def test_python_is_one_that_lrlab_supports(dockerfile):
    version = re.search(r"environment-2epy-2d(\d+)-2e(\d+)", dockerfile)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ".".join(version.groups()) in SpecifierSet(project["requires-python"])


def test_post_build_runs_after_the_copy_and_start_is_the_entry_point(dockerfile):
    copy = position(dockerfile, r"^COPY .* src/ \$\{REPO_DIR\}/$")
    assert copy < position(dockerfile, r"^RUN \./binder/postBuild$")
    position(dockerfile, r'^ENV R2D_ENTRYPOINT="\$\{REPO_DIR\}/binder/start"$')


def test_requirements_are_those_of_make_lab():
    copied = (BINDER / "requirements.txt").read_text(encoding="utf-8")
    assert copied == (ROOT / "requirements.txt").read_text(encoding="utf-8"), "run `make lock`"


@pytest.mark.skipif(os.name == "nt", reason="Binder's scripts run on Linux")
@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_are_executable_and_parse(name):
    assert os.access(BINDER / name, os.X_OK)
    subprocess.run(["bash", "-n", BINDER / name], check=True)


@pytest.mark.skipif(os.name == "nt", reason="Binder's scripts run on Linux")
def test_start_allows_one_thread_and_becomes_what_it_was_given():
    command = [BINDER / "start", "sh", "-c", "echo $OMP_NUM_THREADS $PPID"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # Had `start` only called the command, its own process would stand between the two.
    assert done.stdout.split() == ["1", str(os.getpid())]
