"""The lesson of ``notebooks/16-beyond-the-bowl.ipynb``."""
