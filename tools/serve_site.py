"""Serve the pages that `make site` built, to this machine alone, and say where they are.

    python tools/serve_site.py [FOLDER]

Ctrl+C or a signal to terminate ends it.
"""

import signal
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "build" / "site"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and tells nobody which."""

    def log_message(self, *_):
        """Say nothing."""


def server(folder):
    """Return a server of a folder on a free port of this machine's own address."""
    return ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))


def main(folder=SITE):
    """Serve until told to end."""
    if not (Path(folder) / "index.html").exists():
        sys.exit("There are no pages yet: make site builds them.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server(folder) as serving:
        print(f"The pages are at http://127.0.0.1:{serving.server_port}/", flush=True)
        print("Ctrl+C in this window ends it.", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main(*sys.argv[1:])
