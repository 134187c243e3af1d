"""The lesson of ``notebooks/02-one-step-downhill.ipynb``."""
