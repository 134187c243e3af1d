"""The lesson of ``notebooks/06-whose-alpha.ipynb``."""
