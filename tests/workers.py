"""What several workers must not share."""

from jupyter_client.connect import LocalPortCache

from tests.browser.lab import is_ours


class OurPorts(LocalPortCache):
    """Finds the ports of the kernels that are started in this process."""

    def find_available_port(self, ip):
        while not is_ours(port := super().find_available_port(ip)):
            self.return_port(port)
        return port
