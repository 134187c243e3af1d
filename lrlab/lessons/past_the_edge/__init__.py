"""The lesson of ``notebooks/15-past-the-edge.ipynb``."""
