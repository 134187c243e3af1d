"""Install what the notebooks need and open them.

    python tools/lab.py [--venv FOLDER] [--port NUMBER] [ARGUMENT OF JUPYTERLAB ...]

Like preflight.py it must run on the Pythons it refuses, so it uses nothing newer than they know.
"""

import argparse
import os
import subprocess
import sys

import preflight

TOOLS = os.path.dirname(os.path.abspath(__file__))


def main(arguments):
    """Install, and become the server."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", default=".venv", help="where to install (default: .venv)")
    parser.add_argument("--port", help="this port and no other (default: the next free one)")
    options, others = parser.parse_known_args(arguments)
    trouble = preflight.python() or (options.port and preflight.port(options.port))
    if trouble:
        sys.exit(trouble)

    import install  # It is written in the Python that has just been found.

    python = install.install(options.venv, "lab")
    if options.port:
        others += ["--port=" + options.port, "--ServerApp.port_retries=0"]
    become([str(python), os.path.join(TOOLS, "serve.py")] + others)


def become(command):
    """Run a command in place of this program."""
    if os.name != "nt":
        os.execv(command[0], command)
    # On Windows exec would give the terminal back while the command is still running.
    process = subprocess.Popen(command)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:  # It is for the server, which has heard it too.
            continue


if __name__ == "__main__":
    main(sys.argv[1:])
