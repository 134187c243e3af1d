"""What the notebooks in ``notebooks/extras`` share."""
