"""The lesson of ``notebooks/05-whose-alpha.ipynb``."""
