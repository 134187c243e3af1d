"""The lesson of ``notebooks/09-one-alpha-per-coordinate.ipynb``."""
