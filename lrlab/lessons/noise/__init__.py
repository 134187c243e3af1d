"""The lesson of ``notebooks/07-noise.ipynb``."""
