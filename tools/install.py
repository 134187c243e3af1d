"""Install a part of what the course needs into a virtual environment, unless it is there.

    python tools/install.py FOLDER lab | tests | bench | site | frameworks

The folder is made where there is none. Installed means: from these very locks, for this folder.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import preflight

ROOT = Path(__file__).resolve().parents[1]
# What each part is for, what must be there before, and its locks. Later parts keep the pins of
# requirements.txt, so that pip sees it each time.
PARTS = {
    "lab": ("what the notebooks need", None, []),
    "tests": ("what the tests need", "lab", ["requirements-dev.txt"]),
    "bench": ("what the benchmarks need", "tests", ["benchmarks/requirements.txt"]),
    "site": ("what the pages need", "lab", ["requirements-site.txt"]),
    "frameworks": ("PyTorch and TensorFlow", "lab", ["requirements-frameworks.txt"]),
}
# Of the same version there is a torch for CPU and one for CUDA, which needs other packages, so it
# cannot be locked with the rest. Where pip finds the one for CPU, for instance by PIP_FIND_LINKS,
# it takes that.
TORCH = "torch==2.13.0"

PIP = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
# Environments are made for this project alone, so pip need not warn root.
QUIET = {"PIP_ROOT_USER_ACTION": "ignore", "NO_COLOR": "1"}
LOOK_EVERY = 0.2  # s
SAY_EVERY = 10  # s, where lines cannot be written over


def install(folder, part):
    """Install a part and what must be there before it; return the environment's Python."""
    folder = Path(os.path.abspath(folder))
    python = environment(folder)
    purpose, before, locks = PARTS[part]
    if before:
        install(folder, before)
    locks = ["requirements.txt", *locks]
    stamp, state = folder / f".{part}-installed", fingerprint(locks)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return python
    stamp.unlink(missing_ok=True)
    requirements = [word for lock in locks for word in ("--requirement", lock)]
    pip(folder, purpose, "--require-hashes", *requirements)
    if part == "lab":
        pip(folder, "lrlab", "--no-deps", "--no-build-isolation", "--editable", ".")
    if part == "frameworks":
        pip(folder, "PyTorch", TORCH)
    stamp.write_text(state, encoding="utf-8")
    return python


def fingerprint(locks):
    """Return what an installation stands on: a folder that was moved needs a new one."""
    digest = hashlib.sha256(f"{ROOT}\n{TORCH}\n".encode())
    for name in ["pyproject.toml", *locks]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def environment(folder):
    """Return the Python of a virtual environment; make one where there is none that works."""
    scripts, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    python = folder / scripts / f"python{suffix}"
    if python.exists() and (folder / scripts / f"pip{suffix}").exists():
        return python
    if trouble := preflight.venv():
        sys.exit(trouble)
    # A broken environment is made by the Python below it, as it clears itself away.
    base = getattr(sys, "_base_executable", sys.executable)
    print(f"Installing into {shown(folder)}: a minute or two, once.", flush=True)
    subprocess.run([base, "-m", "venv", "--clear", folder], check=True)
    return python


def shown(path):
    """Return a path as short as it can be said here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def pip(folder, purpose, *arguments):
    """Let pip install, say how far it is, and end the program with its error if it fails."""
    log = folder / "install.log"
    with log.open("w", encoding="utf-8") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [environment(folder), *PIP, *arguments],
            cwd=ROOT,
            env=os.environ | QUIET,
            stdout=output,
            stderr=errors,
        )
        try:
            watch(process, purpose, folder)
        except KeyboardInterrupt:
            process.wait()
            sys.exit("\nInterrupted; the same command goes on from here.")
        if process.returncode:
            errors.seek(0)
            # Before pip gives up it warns of each attempt; that is no part of the error.
            error = "".join(line for line in errors if not line.startswith("WARNING: "))
            sys.exit(f"{error}\n{hint(error)} What pip had done is in {shown(log)}.")


def hint(error):
    """Return, in a sentence, what most likely helps against an error of pip."""
    if re.search("No space left|Errno 28", error):
        return "The disk is full: the notebooks need 650 MB, with the tests 950 MB."
    if re.search("connection|timed out|name resolution|No matching distribution", error, re.I):
        return "pip could not get the packages: is there a network, and a proxy to name to pip?"
    return "The installation failed; the same command tries again."


def watch(process, purpose, folder):
    """Say how far pip is until it ends: written over on a terminal, else a line now and then."""
    terminal, last, said_at = sys.stdout.isatty(), None, time.monotonic()
    wanted = pins(process.args)
    while process.poll() is None:
        time.sleep(LOOK_EVERY)
        line = progress(purpose, wanted, folder)
        due = terminal or last is None or time.monotonic() - said_at > SAY_EVERY
        if line != last and due:
            print(f"\r{line:<76}" if terminal else line, end="" if terminal else "\n", flush=True)
            last, said_at = line, time.monotonic()
    if terminal and last:
        print(f"\r{'':<76}\r", end="", flush=True)


def pins(command):
    """Return the names that are pinned in the locks of a command."""
    locks = [ROOT / command[at + 1] for at, word in enumerate(command) if word == "--requirement"]
    texts = [lock.read_text(encoding="utf-8") for lock in locks]
    return {name for text in texts for name in re.findall(r"^([\w.-]+)==", text, re.M)}


def progress(purpose, wanted, folder):
    """Return how far pip is, from what it has said and from what lies in the environment."""
    said = (folder / "install.log").read_text(encoding="utf-8", errors="replace")
    wanted = len(wanted - set(re.findall(r"^Ignoring ([\w.-]+):", said, re.M)))
    if not wanted or "Collecting" not in said:
        return f"Installing {purpose}."
    found = len(re.findall("^(?:Collecting|Requirement already satisfied)", said, re.M))
    if "\nInstalling collected" not in said:
        return f"Downloading {purpose}: {min(found, wanted)} of {wanted} packages"
    there = [*folder.glob("lib/python*/site-packages/*.dist-info")]
    there += folder.glob("Lib/site-packages/*.dist-info")  # on Windows
    return f"Installing {purpose}: {min(len(there), wanted)} of {wanted} packages"


if __name__ == "__main__":
    install(*sys.argv[1:])
