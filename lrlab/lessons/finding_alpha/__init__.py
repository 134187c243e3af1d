"""The lesson of ``notebooks/10-finding-alpha.ipynb``."""
