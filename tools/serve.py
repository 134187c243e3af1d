"""Run JupyterLab for this machine alone and say what a learner has to know, nothing else.

    .venv/bin/python tools/serve.py [ARGUMENT OF JUPYTERLAB ...]

What JupyterLab itself says goes to lab.log in the environment; with --debug it is shown instead.
"""

import os
import signal
import sys
import webbrowser
from pathlib import Path

from jupyterlab.labapp import LabApp
from tornado.httputil import url_concat

ROOT = Path(__file__).resolve().parents[1]
LOG = Path(sys.prefix) / "lab.log"
OURS = [
    "--ip=127.0.0.1",
    f"--ServerApp.root_dir={ROOT / 'notebooks'}",
    "--LabApp.default_url=/lab/tree/00-start-here.ipynb",
    # No question whether to show news of Jupyter.
    f"--LabApp.app_settings_dir={ROOT / 'tools' / 'settings'}",
    # Ctrl+C ends it, and asks nothing.
    "--ServerApp.answer_yes=True",
]


def main(arguments):
    """Serve until the end; where there was no beginning, show what JupyterLab said."""
    take_the_keys()
    terminal = sys.stdout if "--debug" in arguments else aside(LOG)
    arguments = OURS + arguments
    if is_root():
        print("You are root here, as in a container: JupyterLab gets --allow-root.", file=terminal)
        arguments.append("--allow-root")
    if not has_desktop():
        arguments.append("--no-browser")
    runs = []
    try:
        server = LabApp.initialize_server(argv=arguments)
        for name in ("SIGINT", "SIGHUP"):  # Ctrl+C, and a terminal that was closed
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: server.stop(from_signal=True))
        server.io_loop.add_callback(lambda: runs.append(True) or greet(server, terminal))
        server.start()
    finally:
        if runs:
            print("JupyterLab has ended.", file=terminal)
        elif terminal is not sys.stdout:
            print(LOG.read_text(encoding="utf-8", errors="replace"), file=terminal)


def aside(log):
    """Let all that this process and its kernels say go to a file; return the terminal."""
    terminal = os.fdopen(os.dup(1), "w", buffering=1, errors="replace")
    with log.open("w", encoding="utf-8") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    return terminal


def take_the_keys():
    """Let Ctrl+C reach this process alone, where make would hear it too and call it an error."""
    if os.name == "nt" or not sys.stdin.isatty() or os.getpgrp() == os.getpid():
        return
    if os.tcgetpgrp(0) != os.getpgrp():  # It runs in the background.
        return
    # Ctrl+Z would stop this process and not make, which would wait for ever.
    for name in (signal.SIGTTOU, signal.SIGTSTP):
        signal.signal(name, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())


def is_root():
    """Return whether JupyterLab would refuse to run for this user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_desktop():
    """Return whether there is a browser to open, and a screen to open it on."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, screens)):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def greet(server, terminal):
    """Say where JupyterLab is and how it ends."""
    address = server.connection_url.rstrip("/") + server.default_url
    if token := server.identity_provider.token:
        address = url_concat(address, {"token": token})
    opens = "It opens in your browser; the address is" if server.open_browser else "Open"
    print(f"JupyterLab is running. {opens}\n\n    {address}\n", file=terminal)
    print(f"Ctrl+C in this window ends it. What it says is in {short(LOG)}.", file=terminal)


def short(path):
    """Return a path as short as it can be said here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    main(sys.argv[1:])
