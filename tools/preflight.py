"""Say in a line what this machine lacks.

    preflight.py python | venv | frameworks | node | port NUMBER

It must run on the Pythons it refuses, so it uses nothing newer than Python 3.0 knows.
"""

import shutil
import socket
import sys

OLDEST = (3, 11)
NEWEST_FOR_FRAMEWORKS = (3, 13)


def python():
    """Return what is wrong with this Python's version, or None."""
    if sys.version_info < OLDEST:
        return (
            "lrlab needs Python 3.11 or newer, and this one is {}.{}.{}; "
            "if there is a newer one, name it: make lab PYTHON=/path/to/python3"
        ).format(*sys.version_info)


def venv():
    """Return why this Python cannot make a virtual environment, or None."""
    try:
        import ensurepip  # noqa: F401  # Debian leaves it out
        import venv  # noqa: F401
    except ImportError:
        return (
            "This Python cannot make a virtual environment; "
            "on Debian and Ubuntu: sudo apt install python{}.{}-venv"
        ).format(*sys.version_info)


def frameworks():
    """Return what is wrong with this Python for PyTorch and TensorFlow, or None."""
    if sys.version_info[:2] > NEWEST_FOR_FRAMEWORKS:
        return (
            "TensorFlow has no release for Python {}.{} yet; "
            "name an older Python: make test-frameworks PYTHON=/path/to/python{}.{}"
        ).format(*(sys.version_info[:2] + NEWEST_FOR_FRAMEWORKS))


def node():
    """Return what the pages need to set formulas and this machine lacks, or None."""
    for name in ("node", "npm"):
        if not shutil.which(name):
            return (
                "The pages need Node.js and npm to set formulas, and there is no {} here; "
                "on Debian and Ubuntu: sudo apt install nodejs npm"
            ).format(name)


def port(number):
    """Return why a server cannot listen on this port, or None."""
    try:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(number)))
    except (OSError, OverflowError, ValueError):
        return (
            "Port {} cannot be used, perhaps it is taken; "
            "name another, or leave PORT out and a free one is found: make lab PORT=8890"
        ).format(number)


CHECKS = {"python": python, "venv": venv, "frameworks": frameworks, "node": node, "port": port}

if __name__ == "__main__":
    sys.exit(CHECKS[sys.argv[1]](*sys.argv[2:]))
