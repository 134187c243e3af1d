"""The lesson of ``notebooks/12-one-alpha-per-coordinate.ipynb``."""
