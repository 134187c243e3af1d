"""The lesson of ``notebooks/00-start-here.ipynb``."""
