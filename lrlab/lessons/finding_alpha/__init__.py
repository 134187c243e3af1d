"""The lesson of ``notebooks/13-finding-alpha.ipynb``."""
