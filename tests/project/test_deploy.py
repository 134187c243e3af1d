"""The files for shared machines: what they may say, and what a student's server then does."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import yaml
from traitlets.config.loader import Config, PyFileConfigLoader

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SCHEMAS = Path(__file__).with_name("schemas")
CONFIG = ROOT / "tools" / "jupyter" / "jupyter_server_config.py"
PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
FILES = {"tljh-config.yaml": "tljh.json", "z2jh-values.yaml": "z2jh.json"}
START = f"""
from traitlets.config.loader import PyFileConfigLoader
loaded = PyFileConfigLoader({str(CONFIG)!r}).load_config()
print(loaded.FileContentsManager.pre_save_hook.__name__)
"""
FIRST = "00-start-here.ipynb"


def said(name):
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def check(name, values):
    schema = json.loads((SCHEMAS / FILES[name]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(values, schema)


def hub():
    return PyFileConfigLoader(str(DEPLOY / "tljh_lrlab.py")).load_config()


@pytest.mark.parametrize("name", FILES)
def test_values_are_what_the_schema_allows(name):
    check(name, said(name))


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("tljh-config.yaml", ["limits", "memory"], 1),
        ("tljh-config.yaml", ["limits", "ram"], "1G"),
        ("z2jh-values.yaml", ["singleuser", "memroy"], {"limit": "1G"}),
        ("z2jh-values.yaml", ["singleuser", "extraEnv", "OMP_NUM_THREADS"], 1),
        ("z2jh-values.yaml", ["singleuser", "image", "tag"], 2.0),
    ],
)
def test_a_wrong_value_is_found(name, path, wrong):
    values = copy.deepcopy(said(name))
    *parents, last = path
    inner = values
    for key in parents:
        inner = inner[key]
    inner[last] = wrong
    with pytest.raises(jsonschema.ValidationError):
        check(name, values)


def test_both_hubs_open_the_same_notebook_on_the_same_desk():
    values, config = said("z2jh-values.yaml")["singleuser"], hub()
    assert config == Config({"Spawner": config.Spawner})  # and set nothing else
    assert config.Spawner.environment == values["extraEnv"]
    assert config.Spawner.default_url == values["defaultUrl"]
    assert values["defaultUrl"] == f"/lab/tree/{values['extraEnv']['LRLAB_DESK']}/{FIRST}"


def test_files_that_the_page_names_are_those_that_are_there():
    named = set(re.findall(r"`deploy/([\w.-]+)`", PAGE))
    assert named == {path.name for path in DEPLOY.iterdir()}


def test_the_link_of_nbgitpuller_opens_the_first_notebook():
    [link] = re.findall(r"https://HUB/\S+", PAGE)
    address = urlsplit(link)
    asked = {name: value for name, [value] in parse_qs(address.query, strict_parsing=True).items()}
    assert address.path == "/hub/user-redirect/git-pull"
    assert asked == {
        "repo": "https://github.com/OWNER/REPOSITORY",
        "branch": "main",
        "urlpath": f"lab/tree/REPOSITORY/notebooks/{FIRST}",
    }
    assert (ROOT / "notebooks" / FIRST).exists()


@pytest.fixture
def start(tmp_path):
    """A function that loads the server's settings in a home of its own, and returns its words."""

    def load(**variables):
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "LRLAB"))
        }
        home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", START],
            env=inherited | home | variables,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    return load


def test_a_desk_is_laid_where_one_is_asked_for_and_keeps_what_was_typed(start, tmp_path):
    assert start() == ["keep"] and not list(tmp_path.glob("*.ipynb"))
    desk = tmp_path / "lrlab"
    assert start(LRLAB_DESK="lrlab") == ["keep"]
    names = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in desk.glob("*.ipynb")} == names
    typed = (desk / FIRST).read_text(encoding="utf-8").replace("rescue", "RESCUE")
    (desk / FIRST).write_text(typed, encoding="utf-8")
    assert start(LRLAB_DESK="lrlab") == ["keep"]
    assert (desk / FIRST).read_text(encoding="utf-8") == typed
