"""The lesson of ``notebooks/14-in-scikit-learn.ipynb``."""
