"""The lesson of ``notebooks/06-noise.ipynb``."""
