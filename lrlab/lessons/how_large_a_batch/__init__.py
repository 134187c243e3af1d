"""The lesson of ``notebooks/08-how-large-a-batch.ipynb``."""
