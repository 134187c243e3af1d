"""What Binder makes of the repository, in a folder and without Docker: image, server, visitor."""

import os
import shutil
import subprocess
import time

import install
import psutil

from tests.browser.lab import REPOSITORY, LabServer

MB = 1_000_000


def build(folder):
    """Do in a folder what repo2docker does for the image; return when postBuild began."""
    lock = ["--requirement", str(REPOSITORY / "binder" / "requirements.txt")]
    install.environment(folder / "venv")
    install.pip(folder / "venv", "what Binder installs", "--require-hashes", *lock)
    copy(folder / "source")
    installed = time.monotonic()
    post_build(folder)
    return installed


def copy(source):
    """Copy the repository without what tools and learners have left in it."""
    leave = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "desk", "node_modules")
    shutil.copytree(REPOSITORY, source, ignore=leave)


def post_build(folder):
    """Run postBuild in the copy."""
    subprocess.run(["binder/postBuild"], cwd=folder / "source", env=environment(folder), check=True)


def environment(folder):
    """Return the variables of a visitor: a home and a Python of their own, nothing of ours."""
    ours = ("PYTHON", "JUPYTER", "IPYTHON", "VIRTUAL_ENV", "OMP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = f"{folder / 'venv' / 'bin'}{os.pathsep}{kept['PATH']}"
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {**kept, "PATH": path, "HOME": str(home)}


class BinderServer(LabServer):
    """The server of one visitor, started through binder/start; or of a student with a desk."""

    def __init__(self, folder, desk=""):
        super().__init__(folder / "server")
        self.folder, self.desk = folder, desk
        self.root = folder / ("home" if desk else "source")

    def command(self):
        """Return what Binder runs: start, with Jupyter as its arguments."""
        _, _, _, *words = super().command()
        return [str(self.folder / "source" / "binder" / "start"), "jupyter", *words]

    def environment(self):
        """Return the variables of the visitor; a hub adds where the desk is."""
        return environment(self.folder) | ({"LRLAB_DESK": self.desk} if self.desk else {})

    def memory(self):
        """Return MB of the server and of each kernel, {name: MB}: shared memory is shared out."""
        server = psutil.Process(self._process.pid)
        kernels = [each for each in server.children(recursive=True) if is_kernel(each)]
        sizes = {f"kernel {number}": proportional(each) for number, each in enumerate(kernels, 1)}
        return {"server": proportional(server), **sizes}


def is_kernel(process):
    """Return whether a process is a kernel of Jupyter."""
    return "ipykernel_launcher" in " ".join(process.cmdline())


def proportional(process):
    """Return a process's memory in MB; of what n processes share, each has an n-th."""
    return process.memory_full_info().pss / MB
