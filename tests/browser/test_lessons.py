"""What a lesson needs a kernel for, in real JupyterLab."""


def test_the_learners_own_interact_slider_draws_anew(lab):
    """Notebook 01 shows how to make a slider with `interact`; it must answer."""
    lab.open("01-a-line-is-a-point.ipynb")
    lab.run_all()
    handle = lab.page.locator(".widget-interact .noUi-handle").first
    output = lab.page.locator(".widget-interact .widget-output").first
    handle.scroll_into_view_if_needed()
    before = output.inner_html()
    handle.evaluate("handle => { handle.dataset.lmSuppressShortcuts = 'true'; handle.focus(); }")
    lab.page.keyboard.press("ArrowRight")
    lab.page.wait_for_function(
        "before => document.querySelector('.widget-interact .widget-output').innerHTML !== before",
        arg=before,
    )
    assert "Traceback" not in output.inner_text()
