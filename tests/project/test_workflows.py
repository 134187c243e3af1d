"""Workflows are valid and safe: checked offline against their schemas and by zizmor."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def tool(name, *words):
    command = [Path(sys.executable).with_name(name), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def valid(schema, *paths):
    return tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *paths)


def test_there_are_workflows():
    assert {each.stem for each in WORKFLOWS} == {"test", "pages", "release"}


def test_workflows_are_what_the_schema_says():
    said = valid("github-workflows", *WORKFLOWS)
    assert said.returncode == 0, said.stdout


def test_dependabot_is_told_what_it_understands():
    said = valid("dependabot", GITHUB / "dependabot.yml")
    assert said.returncode == 0, said.stdout


def test_zizmor_has_nothing_to_say():
    said = tool("zizmor", "--offline", "--no-progress", GITHUB)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_may_do_little(path):
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"uses: .*", text):
        assert PINNED.fullmatch(line), line
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"], name
        assert job["timeout-minutes"] <= 60, name
        writes = {key for key, value in job["permissions"].items() if value == "write"}
        assert writes <= {"pages", "id-token"} or (path.stem, name) == ("release", "publish")


def test_windows_runs_what_make_test_runs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = dict(re.findall(r"^(\w+) := (.*)$", makefile, re.MULTILINE))
    known |= {"RUN": ".venv/Scripts/python", "PYTEST": ".venv/Scripts/python -m pytest"}
    recipe = re.search(r"^test: python\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1]
    lines = re.sub(r"\$\((\w+)\)", lambda name: known.get(name[1], name[0]), recipe)
    windows = (GITHUB / "workflows" / "test.yml").read_text(encoding="utf-8")
    checks = [line.strip() for line in lines.splitlines() if "pytest" in line or "check" in line]
    assert len(checks) >= 4
    assert [line for line in checks if line not in windows and "format" not in line] == []


@pytest.mark.parametrize(
    ("wrong", "finder"),
    [
        ("runs-on: 3\n    steps: []", "schema"),
        ("runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.head_ref }}", "zizmor"),
        ("runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4", "zizmor"),
    ],
)
def test_what_is_wrong_is_found(tmp_path, wrong, finder):
    path = tmp_path / ".github" / "workflows" / "wrong.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"on: push\npermissions: {{}}\njobs:\n  it:\n    {wrong}\n", encoding="utf-8")
    if finder == "schema":
        assert valid("github-workflows", path).returncode
    else:
        assert tool("zizmor", "--offline", "--no-progress", path).returncode
