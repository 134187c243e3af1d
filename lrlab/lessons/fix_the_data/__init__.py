"""The lesson of ``notebooks/05-fix-the-data.ipynb``."""
