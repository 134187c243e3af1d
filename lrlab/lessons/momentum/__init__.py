"""The lesson of ``notebooks/11-momentum.ipynb``."""
