"""What a lesson needs a kernel for, in real JupyterLab."""


def test_the_learners_own_interact_slider_draws_anew(lab):
    """Notebook 20 shows how to make a slider with `interact`; it must answer."""
    lab.open("20-your-own-slider.ipynb")
    lab.run_all()
    handle = lab.page.locator(".widget-interact .noUi-handle").first
    output = lab.page.locator(".widget-interact .widget-output").first
    handle.scroll_into_view_if_needed()
    before = output.locator("img").get_attribute("src")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 20, y)
    lab.page.mouse.up()
    lab.page.wait_for_function(
        """before => {
            const output = document.querySelector(".widget-interact .widget-output");
            const picture = output.querySelector("img");
            return output.textContent.trim() || (picture && picture.src !== before);
        }""",
        arg=before,
    )
    assert "Traceback" not in output.inner_text()
