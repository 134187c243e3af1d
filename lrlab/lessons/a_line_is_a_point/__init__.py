"""The lesson of ``notebooks/01-a-line-is-a-point.ipynb``."""
