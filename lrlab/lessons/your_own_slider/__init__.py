"""The lesson of ``notebooks/20-your-own-slider.ipynb``."""
