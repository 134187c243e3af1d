# It needs PyTorch, which the tests do not.
collect_ignore = ["make_tables.py"]
