"""The lesson of ``notebooks/13-the-clinic.ipynb``."""
