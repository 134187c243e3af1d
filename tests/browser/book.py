"""A Flipbook seen from outside: what a hand can move and what an eye can see."""

import inspect
import re
from dataclasses import dataclass

from lrlab import explorers

THUMB = 16  # px, the width of a slider's thumb


LOOK = """root => {
    const sliders = [...root.querySelectorAll(".lrlab-slider")];
    const overlays = [...root.querySelectorAll(".lrlab-overlay")];
    const each = read => Object.fromEntries(sliders.map(
        slider => [slider.dataset.name, read(slider.dataset)]));
    return {
        picture: overlays.map(overlay => overlay.innerHTML).join(),
        caption: root.querySelector(".lrlab-caption").textContent,
        positions: each(data => Number(data.at)),
        said: each(data => data.said),
    };
}"""


def explorer_calls():
    """Return what each explorer is called with, {name: "x, y" or ""}."""
    calls = {}
    for name in explorers.__all__:
        parameters = inspect.signature(getattr(explorers, name)).parameters
        if [*parameters][:2] == ["x", "y"]:
            calls[name] = "x, y"
        elif all(each.default is not each.empty for each in parameters.values()):
            calls[name] = ""
    return calls


@dataclass(frozen=True)
class View:
    """What the page shows at one moment."""

    picture: str
    caption: str
    positions: dict
    said: dict


class Book:
    """One Flipbook of a page, by its number."""

    def __init__(self, lab, number=0):
        self.lab = lab
        self.page = lab.page
        # "light": a page of many books is not searched for shadow trees each time.
        self.root = lab.page.locator("css:light=.lrlab-flipbook").nth(number)
        self.root.wait_for()
        self.element = self.root.element_handle()
        self.start = self.view().positions

    def names(self):
        """Return the names of the sliders."""
        return self.root.locator(".lrlab-slider").evaluate_all(
            "all => all.map(s => s.dataset.name)"
        )

    def words(self):
        """Return the names of the sliders whose values are words, which are chosen, not slid."""
        return self.root.locator(".lrlab-words").evaluate_all("all => all.map(s => s.dataset.name)")

    def each(self):
        """Yield each name, its slider in the middle while the others stand where they stood."""
        words = self.words()
        for name in (name for name in self.names() if name not in words):
            self.go({**self.start, name: self.last(name) // 2})
            yield name

    def reset(self):
        """Put every slider where it stood when this Book was made."""
        self.go(self.start)

    def go(self, positions):
        """Put sliders at positions, {name: position}, without a mouse or a key."""
        self.element.evaluate(
            """(root, positions) => {
                for (const slider of root.querySelectorAll(".lrlab-slider")) {
                    const position = positions[slider.dataset.name];
                    if (position === undefined || slider.dataset.at === String(position)) continue;
                    const radio = slider.querySelector(`input[type=radio][value="${position}"]`);
                    if (radio) {
                        radio.click();
                        continue;
                    }
                    const control = slider.querySelector("input, select");
                    control.value = position;
                    const kind = control.type === "range" ? "input" : "change";
                    control.dispatchEvent(new Event(kind, { bubbles: true }));
                }
            }""",
            positions,
        )

    def slider(self, name):
        """Return a locator of the range input of a slider."""
        return self.root.locator(f'.lrlab-slider[data-name="{name}"] input[type=range]')

    def row(self, name):
        """Return a locator of a slider's row: its label and whatever moves it."""
        return self.root.locator(f'.lrlab-slider[data-name="{name}"]')

    def last(self, name):
        """Return the last position of a slider; the first is 0."""
        return self.row(name).evaluate(
            """row => {
                const input = row.querySelector("input[type=range]");
                return input ? Number(input.max) : row.querySelectorAll("input, option").length - 1;
            }"""
        )

    def handles(self):
        """Return locators of the ringed points that can be dragged."""
        return self.root.locator(".lrlab-grip").all()

    def controls(self):
        """Return locators of all that can be focused: ranges, marks, Play."""
        return self.root.locator("input, button, select").locator("visible=true").all()

    def owner(self, control):
        """Return the name of the slider that a mark or a Play button belongs to."""
        return control.evaluate("control => control.closest('.lrlab-slider').dataset.name")

    def inks(self):
        """Return the colours of the words in the picture, without repetition: (r, g, b) each."""
        glyphs = self.root.locator(".lrlab-defs [id*=text_] use")
        colours = glyphs.evaluate_all("all => all.map(glyph => getComputedStyle(glyph).fill)")
        return {tuple(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours}

    def sizes(self):
        """Return width and height (px) of each panel, as drawn."""
        return self.root.locator(".lrlab-panel").evaluate_all(
            """panels => panels.map(panel => panel.getBoundingClientRect())
                .map(box => [box.width, box.height])"""
        )

    def clipped(self):
        """Return what sticks out of the output or makes it scroll sideways, as HTML."""
        return self.root.evaluate(
            """root => {
                const frame = root.closest(".jp-OutputArea-output");
                const { left, right } = frame.getBoundingClientRect();
                const sticksOut = each => {
                    const box = each.getBoundingClientRect();
                    return box.width && (box.left < left - 1 || box.right > right + 1);
                };
                const scrolls = each => each.scrollWidth > each.clientWidth + 1;
                // On a phone the panels are side by side and scrolled with a finger.
                const panels = root.querySelector(".lrlab-panels");
                const scrolled = panels.scrollWidth > panels.clientWidth + 1;
                const beside = each => !(scrolled && panels.contains(each) && each !== panels);
                // A name that does not fit into its band is in a line that nobody sees.
                const all = [...root.querySelectorAll("*:not(svg *, .lrlab-band *)")];
                const outside = all.filter(beside).filter(sticksOut);
                const around = [root, frame, frame.closest(".jp-Cell-outputArea")].filter(scrolls);
                return [...outside, ...around].map(each => each.outerHTML.slice(0, 160));
            }"""
        )

    def view(self):
        """Return what is seen now."""
        return View(**self.element.evaluate(LOOK))

    def hint(self):
        """Return the small line under the caption."""
        return self.root.locator(".lrlab-hint").inner_text()

    def pixels(self):
        """Return the picture as PNG bytes."""
        panels = self.root.locator(".lrlab-panels")
        box = panels.evaluate(
            """panels => {
                panels.scrollIntoView({ block: "nearest" });
                const { x, y, width, height } = panels.getBoundingClientRect();
                return { x, y, width, height };
            }"""
        )
        return self.page.screenshot(clip=box)

    def thumb(self, name):
        """Return where a slider's thumb is, and the right end of its way: x, y, end (px)."""
        return self.slider(name).evaluate(
            """(input, thumb) => {
                input.scrollIntoView({ block: "center" });
                const { left, right, top, bottom } = input.getBoundingClientRect();
                const way = right - left - thumb;
                const x = left + thumb / 2 + (input.value / input.max) * way;
                return [x, (top + bottom) / 2, right - thumb / 2];
            }""",
            THUMB,
        )

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
    # What is said may hold at the next position as well, and from every start and for every run.
    if "Arrow" not in how and not name.startswith(("start ", "run")):
        assert after.caption != before.caption, f"{name}: the caption stayed after {how}"
