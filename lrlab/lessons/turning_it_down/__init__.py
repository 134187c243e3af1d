"""The lesson of ``notebooks/07-turning-it-down.ipynb``."""
