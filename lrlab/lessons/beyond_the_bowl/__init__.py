"""The lesson of ``notebooks/12-beyond-the-bowl.ipynb``."""
