"""The lesson of ``notebooks/09-turning-it-down.ipynb``."""
