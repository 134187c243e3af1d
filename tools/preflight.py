"""Say in one line what this machine lacks: ``preflight.py python | venv | port NUMBER``.

It must run on the Pythons it refuses, so it uses nothing newer than Python 3.0 knows.
"""

import socket
import sys

OLDEST = (3, 11)


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


if __name__ == "__main__":
    sys.exit({"python": python, "venv": venv, "port": port}[sys.argv[1]](*sys.argv[2:]))
