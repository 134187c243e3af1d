"""The lesson of ``notebooks/04-fast-then-slow.ipynb``."""
