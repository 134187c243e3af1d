"""Nothing here reaches outside, opens Jupyter to others or comes from other people unrecorded."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
# What an output may hold; text/html is looked at for what would run.
SHOWN = {"image/png", "image/svg+xml", "text/plain", "text/html", "text/latex", "text/markdown"}

# What a page fetches by itself; a link that a reader may follow is none of these.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|link|source|audio|video|object|embed)\b[^>]*?
        (?:src|href|data)\s*=\s*["']?\s*(?:https?:)?//
      | !\[[^\]]*\]\(\s*(?:https?:)?//
      | @import\s+(?:url\()?["']?\s*(?:https?:)?//
      | url\(\s*["']?\s*(?:https?:)?//
      | \b(?:import|from)\s*\(?\s*["'](?:https?:)?//
      | \b(?:fetch|importScripts)\(\s*["'](?:https?:)?//""",
    re.VERBOSE | re.IGNORECASE,
)
RUNS = re.compile(r"<script\b|\bjavascript:|<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
OPENS = re.compile(
    r"""\b(?:token|password|hashed_password)(?:\s*=\s*(?:''|""|None\b)|=(?=\s|$|\\))
      | \b(?:allow_unauthenticated_access|disable_check_xsrf)\s*=\s*True
      | \ballow_origin\s*=\s*["']?\*
      | \bip\s*=\s*["']?(?:0\.0\.0\.0|\*|::)""",
    re.VERBOSE | re.MULTILINE,
)
WRITTEN = {".py", ".md", ".yml", ".yaml", ".toml", ".js", ".json", ".sh", ".ipynb", ""}
LEFT = re.compile(r"\.|(?:__pycache__|build|dist|desk|node_modules|.*\.egg-info)$")
OURS = {".github", ".ci"}
# Kinds of file in which the work of others is usually carried along.
CARRIED = {".min.js", ".woff", ".woff2", ".ttf", ".otf", ".wasm", ".whl", ".gz", ".zip", ".tgz"}
OTHERS = re.compile(r"/\*!|@license|@preserve|sourceMappingURL|SPDX-License-Identifier", re.I)
LONGEST_LINE = 400  # A script that somebody wrote has no longer one; what is bundled does.


def files():
    """Yield the files of the project, without what tools and learners leave here."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [each for each in folders if each in OURS or not LEFT.match(each)]
        yield from (Path(folder, each) for each in sorted(names))


FILES = list(files())
PAGES = [path for path in FILES if path.suffix in (".html", ".js", ".css", ".md", ".svg")]
SCRIPTS = [path for path in FILES if path.suffix in (".js", ".css", ".svg", ".html")]


def name(path):
    return path.relative_to(ROOT).as_posix()


def words(output):
    """Yield (kind, text) of what an output shows."""
    for kind, text in output.get("data", {}).items():
        yield kind, text if isinstance(text, str) else json.dumps(text)


# Nothing reaches outside


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebooks_hold_no_script_and_fetch_nothing(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
            assert not FETCHED.search(text) and not RUNS.search(text), cell.source
            continue
        for kind, text in (pair for output in cell.outputs for pair in words(output)):
            assert kind in SHOWN
            assert kind in ("image/png", "text/plain") or not (
                FETCHED.search(text) or RUNS.search(text)
            )


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_scripts_and_styles_fetch_nothing_from_elsewhere(path):
    found = FETCHED.search(path.read_text(encoding="utf-8"))
    assert not found, found


def test_what_python_writes_into_pages_fetches_nothing_from_elsewhere():
    for path in FILES:
        if path.suffix == ".py" and path.is_relative_to(ROOT / "lrlab"):
            assert not FETCHED.search(path.read_text(encoding="utf-8")), path


# Jupyter keeps its token, and to this machine


def test_nothing_takes_the_token_from_jupyter_or_opens_it_to_others():
    for path in FILES:
        if path.suffix in WRITTEN and path != Path(__file__).resolve():
            found = OPENS.search(path.read_text(encoding="utf-8"))
            assert not found, f"{name(path)}: {found}"


# The work of others


def test_no_file_of_other_people_is_carried_along():
    assert [name(path) for path in FILES if "".join(path.suffixes[-2:]) in CARRIED] == []
    assert [name(path) for path in FILES if path.suffix in CARRIED] == []
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not OTHERS.search(text), name(path)
        assert max(map(len, text.splitlines())) <= LONGEST_LINE, name(path)


def test_what_npm_brings_is_known_by_its_hash():
    lock = json.loads((ROOT / "site" / "package-lock.json").read_text(encoding="utf-8"))
    brought = {path: each for path, each in lock["packages"].items() if path}
    assert {"node_modules/katex", "node_modules/pyodide"} <= brought.keys()
    for path, each in brought.items():
        assert re.fullmatch(r"sha512-[\w+/]{86}==", each["integrity"]), path
        assert "resolved" not in each, path  # It would name a host.


# The patterns find what they are for


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (FETCHED, '<script src="https://cdn.example/x.js">'),
        (FETCHED, '<link rel="stylesheet" href=//cdn.example/x.css>'),
        (FETCHED, "![a badge](https://badge.example/x.svg)"),
        (FETCHED, "@import url('https://fonts.example/css')"),
        (FETCHED, "background: url(//pictures.example/x.png)"),
        (FETCHED, 'import confetti from "https://esm.example/confetti";'),
        (FETCHED, "await fetch('https://api.example/')"),
        (RUNS, "<script>alert(1)</script>"),
        (RUNS, '<img src=x onerror="alert(1)">'),
        (OPENS, "jupyter lab --NotebookApp.token=''"),
        (OPENS, "jupyter lab --IdentityProvider.token= --no-browser"),
        (OPENS, 'c.ServerApp.password = ""'),
        (OPENS, "c.ServerApp.disable_check_xsrf = True"),
        (OPENS, "--ServerApp.ip=0.0.0.0"),
        (OTHERS, "/*! confetti v1 */"),
    ],
)
def test_patterns_find(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (FETCHED, '<a href="https://doi.org/10.1137/1">'),
        (FETCHED, "[a citation](https://doi.org/10.1137/1)"),
        (FETCHED, 'const svg = "http://www.w3.org/2000/svg";'),
        (RUNS, "<em>one = two</em>"),
        (OPENS, '--IdentityProvider.token={self.token}"'),
        (OPENS, "--ip=127.0.0.1"),
    ],
)
def test_patterns_leave_alone(pattern, text):
    assert not pattern.search(text)
