"""How the pages of the course look. `tools/pages.py` lays out what Sphinx finds here."""

import socket
import subprocess
import time
from pathlib import Path

import reference  # in tools/, from where pages.py calls Sphinx
from sphinxcontrib import katex

import lrlab

project = "lrlab"
author = "The lrlab contributors"
copyright = "The lrlab contributors, CC BY 4.0"
version = release = lrlab.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinxcontrib.katex",
]
exclude_patterns = ["_widgets", "**/.ipynb_checkpoints"]
suppress_warnings = ["mystnb.unknown_mime_type"]

# Notebooks come executed, with their widgets.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "py:obj"  # `name` is a link where there is such a name, and code elsewhere
add_module_names = False

# Formulas are rendered here, so that a page needs no script for them.
katex_prerender = True
katex_css_path = "katex/katex.min.css"
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # s

html_theme = "furo"
html_title = "lrlab"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("widgets.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # From a disk a script may not read another page.
html_theme_options = {"navigation_with_keys": False}
pygments_style = "xcode"
pygments_dark_style = "monokai"

copybutton_prompt_text = ">>> "
copybutton_only_copy_prompt_lines = True


def server_of_formulas(rundir, timeout):
    """Start the server of formulas; try to reach it until it listens, or for `timeout` seconds.

    On a busy machine its socket may be there before anybody listens, for which sphinxcontrib-katex
    does not wait. A port of 127.0.0.1, its other way, takes 90 ms for each formula.
    """
    path = str(rundir / "katex.sock")
    command = katex.KaTeXServer.build_command(socket=path)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    sock, end = socket.socket(socket.AF_UNIX), time.monotonic() + timeout
    while sock.connect_ex(path):
        if time.monotonic() > end:
            raise katex.KaTeXServer.timeout_error(timeout)
        time.sleep(0.01)
    return process, sock


katex.KaTeXServer.start_server_process = server_of_formulas  # not used on Windows


def end_with_widgets(app, pagename, templatename, context, doctree):
    """Put what the pictures of a page show at its end; `widgets.js` finds it there."""
    held = Path(app.srcdir) / "_widgets" / f"{pagename}.html"
    if held.exists():
        context["body"] += held.read_text(encoding="utf-8")


def setup(app):
    """Let docstrings be read as they are meant, before their sections are."""
    app.connect("html-page-context", end_with_widgets)
    app.connect("autodoc-process-docstring", reference.prepare, priority=400)
    app.connect("autodoc-skip-member", reference.passed_over)
