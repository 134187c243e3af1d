"""The lesson of ``notebooks/03-the-edge.ipynb``."""
