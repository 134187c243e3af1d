"""The lesson of ``notebooks/19-the-clinic-programs.ipynb``."""
