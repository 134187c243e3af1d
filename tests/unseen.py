"""Books without their stage: most of the time that they take, and no test of numbers needs it."""

import pytest
from matplotlib.transforms import Bbox

from lrlab.flipbook import stage

STAGE = 25_000  # bytes that a stage may take


def leave_stages_out(patch):
    """Leave out the SVG, and the measuring of words around axes, until a monkeypatch is undone."""

    def place(self, figure):
        for ax, (start, stop) in zip(figure.axes, stage.cells(figure), strict=True):
            width = figure.bbox.width
            ax.set_position(Bbox([[(start + 45) / width, 0.15], [(stop - 8) / width, 0.88]]))

    patch.setattr(stage.RowLayout, "execute", place)
    patch.setattr(stage.Stage, "_drawn", lambda self: "")


@pytest.fixture
def unseen(monkeypatch):
    """Books of this test have no stage."""
    leave_stages_out(monkeypatch)


@pytest.fixture(scope="module")
def unseen_all():
    """Books of this module have no stage."""
    with pytest.MonkeyPatch.context() as patch:
        leave_stages_out(patch)
        yield
