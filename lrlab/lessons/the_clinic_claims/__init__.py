"""The lesson of ``notebooks/18-the-clinic-claims.ipynb``."""
