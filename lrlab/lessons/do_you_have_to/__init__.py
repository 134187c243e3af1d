"""The lesson of ``notebooks/10-do-you-have-to.ipynb``."""
