"""The lesson of ``notebooks/08-momentum.ipynb``."""
