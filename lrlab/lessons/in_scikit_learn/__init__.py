"""The lesson of ``notebooks/11-in-scikit-learn.ipynb``."""
