"""Keeps the widgets of notebooks in a server that make lab does not start, as on Binder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from keep import keep

c.FileContentsManager.pre_save_hook = keep  # noqa: F821  # Jupyter provides c
