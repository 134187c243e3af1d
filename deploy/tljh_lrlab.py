"""What The Littlest JupyterHub tells each student's server.

It belongs into /opt/tljh/config/jupyterhub_config.d/.
"""

# The copies that a student works on, in a folder of this name in their home.
c.Spawner.environment = {"LRLAB_DESK": "lrlab", "OMP_NUM_THREADS": "1"}  # noqa: F821  # given
c.Spawner.default_url = "/lab/tree/lrlab/00-start-here.ipynb"  # noqa: F821
