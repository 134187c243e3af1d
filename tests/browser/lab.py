"""A real JupyterLab and a real Chromium, on this machine only: what the browser tests stand on."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

REPOSITORY = Path(__file__).resolve().parents[2]
NO_CHROMIUM = (
    "no Chromium found: install the package `chromium` or Google Chrome, "
    "or run `playwright install chromium`, or set LRLAB_CHROMIUM to an executable"
)
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Names other than loopback do not resolve: even a request that no test saw cannot leave.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # Every cell is in the page at once, so a test can look at any output.
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": False},
}


def find_chromium(playwright):
    """Return the path of a Chromium (a string), or None where there is none."""
    named = os.environ.get("LRLAB_CHROMIUM")
    if named:
        return shutil.which(named)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def launch(playwright, executable, **options):
    """Start a headless Chromium; as root it needs `--no-sandbox`."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if is_root else [])]
    return playwright.chromium.launch(executable_path=executable, args=flags, **options)


def write_notebook(path, cells):
    """Write a notebook whose code cells are the strings `cells`."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    names = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata.kernelspec = names
    nbformat.write(notebook, path)


def is_ours(port):
    """Whether a port is dealt to this worker; a system may give out odd ones alone.

    A free port is found by taking it and letting it go, so that two workers who look at once could
    find the same one: each leaves those of the others.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return port // 2 % workers == number


def free_port():
    """Return a TCP port of 127.0.0.1 that nobody listens on and no other worker takes."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if is_ours(port):
            return port


class LabServer:
    """A running `jupyter lab`: a random token, a free port and nothing of the user's settings."""

    def __init__(self, home, arguments=()):
        self.home = Path(home)
        self.arguments = arguments
        self.root = self.home / "root"
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{self.port}"
        self.root.mkdir(parents=True, exist_ok=True)
        for name, settings in SETTINGS.items():
            file = self.home / "settings" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings))

    def command(self):
        """Return the command that starts the server."""
        command = [
            sys.executable,
            "-m",
            "jupyter",
            "lab",
            "--no-browser",
            "--expose-app-in-browser",
        ]
        command += [f"--port={self.port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
        command += [f"--ServerApp.root_dir={self.root}", "--LabApp.extension_manager=readonly"]
        command += [f"--IdentityProvider.token={self.token}"]
        command += self.arguments
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        return command

    def __enter__(self):
        self._log = (self.home / "lab.log").open("w")
        self._process = subprocess.Popen(
            self.command(),
            cwd=self.root,
            env=self.environment(),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.shut_kernels_down()
        self._process.terminate()
        try:
            self._process.wait(1)  # its kernels have ended, and what is open is saved
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def environment(self):
        """Return the variables under which nothing of the user's is seen."""
        private = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        paths = {name: str(self.home / folder) for name, folder in private.items()}
        search = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        return {**os.environ, **paths, "PYTHONPATH": search}

    def _wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.api("GET", "status")
                return
            time.sleep(0.1)
        raise RuntimeError("JupyterLab did not start:\n" + (self.home / "lab.log").read_text())

    def api(self, method, path):
        """Call the Jupyter REST API; return the decoded answer, or None."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def shut_kernels_down(self):
        """Shut every kernel of this server down."""
        for session in self.api("GET", "sessions"):
            self.api("DELETE", f"sessions/{session['id']}")

    def address(self, notebook, url=None):
        """Return the address that opens `notebook` alone, through `url` if there is a proxy."""
        return f"{url or self.url}/doc/tree/{notebook}?token={self.token}&reset"


class LabPage:
    """A browser page with JupyterLab in it, and a record of all that went wrong there."""

    def __init__(self, page, server):
        self.page = page
        self.server = server
        self.errors = []
        self.strangers = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        page.on("request", lambda request: self._on_address(request.url))
        page.on("websocket", lambda socket: self._on_address(socket.url))

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_address(self, address):
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.strangers.append(address)

    def take_troubles(self):
        """Return and forget the console errors and the requests that left this machine."""
        troubles = self.errors, self.strangers
        self.errors, self.strangers = [], []
        return troubles

    def open(self, notebook, url=None):
        """Open a notebook of the server's root folder and wait for its kernel."""
        self.page.goto(self.server.address(notebook, url))
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                const kernel = panel?.sessionContext?.session?.kernel;
                return panel?.content?.model && kernel?.status === "idle";
            }""",
            timeout=60_000,
        )
        self.page.keyboard.press("Escape")

    def run_all(self, seconds=120):
        """Run every cell and return when all have finished; a cell that raised is an error."""
        self.page.evaluate(
            """() => {
                window.finished = false;
                window.jupyterapp.commands.execute("notebook:run-all-cells")
                    .finally(() => { window.finished = true; });
            }"""
        )
        self.page.wait_for_function("() => window.finished", timeout=seconds * 1000)
        raised = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === "code")
                .flatMap(cell => cell.model.outputs.toJSON())
                .filter(output => output.output_type === "error")
                .map(output => `${output.ename}: ${output.evalue}`)"""
        )
        assert not raised, raised

    def lose_kernel(self):
        """Shut every kernel down and wait until JupyterLab has noticed."""
        self.server.shut_kernels_down()
        self.page.evaluate(
            """async () => {
                const { kernels, sessions } = window.jupyterapp.serviceManager;
                await Promise.all([kernels.refreshRunning(), sessions.refreshRunning()]);
            }"""
        )
        self.page.wait_for_function(
            "() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
        )

    def execute(self, code, wait=True):
        """Run code in the notebook's kernel, in no cell; wait, and return what it prints."""
        return self.page.evaluate(
            """async ([code, wait]) => {
                const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
                const future = kernel.requestExecute({ code });
                let text = "";
                future.onIOPub = ({ content }) => { text += content.text ?? content.evalue ?? ""; };
                if (wait) await future.done;
                return text;
            }""",
            [code, wait],
        )

    def output(self, cell):
        """Return a locator of the output area of cell number `cell`."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-Cell-outputArea")

    def show_only(self, number):
        """Show one cell alone, which a page with many draws faster, or all (None)."""
        self.page.evaluate(
            """number => document.querySelectorAll(".jp-Notebook .jp-Cell").forEach((cell, at) => {
                cell.style.display = [null, at].includes(number) ? "" : "none";
            })""",
            number,
        )

    def theme(self, name):
        """Switch to "light" or "dark"."""
        theme = f"JupyterLab {name.capitalize()}"
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light",
            arg=str(name == "light").lower(),
        )

    def state(self):
        """Return what a stray key would change: the number of cells, their sources and the mode."""
        return self.page.evaluate(
            """() => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                return {
                    mode: notebook.mode,
                    types: notebook.widgets.map(cell => cell.model.type),
                    sources: notebook.widgets.map(cell => cell.model.sharedModel.source),
                };
            }"""
        )

    def violations(self, selector):
        """Return what axe-core finds in all elements of a selector, a line for each violation.

        Contrast is only looked at where the window shows the text.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            import axe_playwright_python

            [script] = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
            self.page.evaluate(script.read_text(encoding="utf-8"))
        # JupyterLab's body has no height, and axe takes what overflows it for hidden.
        self.page.evaluate("() => { document.body.style.height = '100vh'; }")
        self.page.locator(selector).first.evaluate("first => first.scrollIntoView()")
        seen, violations = self.page.evaluate(
            """async selector => {
                const include = [...document.querySelectorAll(selector)];
                const { passes, violations } = await axe.run({ include });
                const contrast = passes.filter(rule => rule.id === "color-contrast");
                const told = ({ id, help, nodes }) =>
                    `${id}: ${help}: ${nodes.map(node => node.html.slice(0, 200))}`;
                return [contrast.flatMap(rule => rule.nodes).length, violations.map(told)];
            }""",
            selector,
        )
        assert seen >= 2 * self.page.locator(selector).count(), "axe did not see every text"
        return violations
