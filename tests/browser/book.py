"""A Flipbook seen from outside: what a hand can move and what an eye can see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """What the page shows at one moment."""

    picture: str
    caption: str
    positions: dict
    said: dict


class Book:
    """One Flipbook of a page, by its number, and the variable that is its name in Python."""

    def __init__(self, lab, number=0, variable="book"):
        self.lab = lab
        self.variable = variable
        self.page = lab.page
        self.root = lab.page.locator(".lrlab-flipbook").nth(number)
        self.root.wait_for()

    def names(self):
        """Return the names of the sliders."""
        return self.root.locator(".lrlab-slider").evaluate_all(
            "all => all.map(s => s.dataset.name)"
        )

    def slider(self, name):
        """Return a locator of the range input of a slider."""
        return self.root.locator(f'.lrlab-slider[data-name="{name}"] input[type=range]')

    def controls(self):
        """Return locators of all that can be focused: ranges, marks, Play."""
        return [each for each in self.root.locator("input, button").all() if each.is_visible()]

    def view(self):
        """Return what is seen now."""
        return View(
            **self.root.evaluate(
                """root => {
                    const sliders = [...root.querySelectorAll(".lrlab-slider")];
                    const overlays = [...root.querySelectorAll(".lrlab-overlay")];
                    const each = read => Object.fromEntries(sliders.map(
                        slider => [slider.dataset.name, read(slider.querySelector("input"))]));
                    return {
                        picture: overlays.map(overlay => overlay.innerHTML).join(),
                        caption: root.querySelector(".lrlab-caption").textContent,
                        positions: each(input => Number(input.value)),
                        said: each(input => input.getAttribute("aria-valuetext")),
                    };
                }"""
            )
        )

    def pixels(self):
        """Return the picture as PNG bytes."""
        return self.root.locator(".lrlab-panels").screenshot()

    def place(self, name, fraction):
        """Put a slider at a fraction of its way, without a mouse or a key."""
        self.slider(name).evaluate(
            """(input, fraction) => {
                input.value = Math.round(fraction * input.max);
                input.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            fraction,
        )

    def thumb(self, name):
        """Return the place of a slider's thumb and the end of its way: x, y, left, right (px)."""
        slider = self.slider(name)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        part = slider.evaluate("input => input.value / input.max")
        left, right = box["x"] + 8, box["x"] + box["width"] - 8
        return left + part * (right - left), box["y"] + box["height"] / 2, left, right

    def wait_until(self, name, condition):
        """Wait until a condition in JavaScript on the `value` of a slider holds."""
        self.page.wait_for_function(
            f"input => {{ const value = Number(input.value); return {condition}; }}",
            arg=self.slider(name).element_handle(),
        )

    def settle(self):
        """Wait until two frames have been drawn."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


def assert_moved(before, after, name, how):
    """Fail unless a slider moved, and the picture, the caption and the spoken value with it."""
    assert after.positions[name] != before.positions[name], f"{name} did not move by {how}"
    assert after.said[name] != before.said[name], f"{name}: aria-valuetext stayed after {how}"
    assert after.picture != before.picture, f"{name}: the picture stayed after {how}"
    assert after.caption != before.caption, f"{name}: the caption stayed after {how}"
