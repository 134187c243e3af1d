"""The lesson of ``notebooks/17-two-weights-deep.ipynb``."""
