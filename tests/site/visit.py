"""A page of the site as a reader has it."""

import gzip
from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "build" / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
ALIVE = [
    path for path in PAGES if 'class="lrlab-widgets"' in (SITE / path).read_text(encoding="utf-8")
]
PACKED = {".woff2", ".png", ".webp"}  # These are sent as they are.

# When the first picture or question is there, in ms since the page was asked for.
WATCH = """
const watch = new MutationObserver(() => {
    if (!document.querySelector(".lrlab-flipbook, .lrlab-predict")) return;
    watch.disconnect();
    requestAnimationFrame(() => (window.firstAt = performance.now()));
});
watch.observe(document, { childList: true, subtree: true });
"""
COME = """() => [...document.querySelectorAll(".lrlab-live")].every(each =>
    each.querySelector(".lrlab-flipbook, .lrlab-predict, .lrlab-reveal"))"""
# Move every slider of every picture to an end; return those whose picture or words stayed.
MOVE = """() => {
    const seen = root => [...root.querySelectorAll(".lrlab-overlay, .lrlab-caption")]
        .map(each => each.innerHTML).join();
    const stayed = [];
    for (const root of document.querySelectorAll(".lrlab-flipbook")) {
        let moved = false;
        const ranges = [...root.querySelectorAll("input[type=range]")];
        for (const input of ranges) {
            const before = seen(root);
            input.value = Number(input.value) > input.max / 2 ? 0 : input.max;
            input.dispatchEvent(new Event("input", { bubbles: true }));
            moved ||= seen(root) !== before;
        }
        if (ranges.length && !moved) stayed.push(root.textContent.slice(0, 80));
    }
    return stayed;
}"""
OUTSIDE = """() => {
    const sides = each => each.getBoundingClientRect();
    const found = [];
    for (const live of document.querySelectorAll(".lrlab-live")) {
        const { left, right } = sides(live);
        const panels = live.querySelector(".lrlab-panels");
        const scrolled = panels && panels.scrollWidth > panels.clientWidth + 1;
        for (const each of live.querySelectorAll("*:not(svg *, .lrlab-band *, .lrlab-defs)")) {
            if (scrolled && panels.contains(each) && each !== panels) continue;
            const box = sides(each);
            if (box.width && (box.left < left - 1 || box.right > right + 1)) {
                found.push(each.outerHTML.slice(0, 120));
            }
        }
    }
    return found;
}"""


class Visit:
    """One page, with what went wrong on it and what was fetched for it."""

    def __init__(self, page, base):
        self.page, self.base = page, base
        self.errors, self.strangers, self.responses = [], [], []
        page.add_init_script(WATCH)
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)
        page.on("response", lambda response: self.responses.append(response))

    def _asked(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)

    def go(self, path):
        """Open a page; scripts have begun, pictures may still come."""
        self.page.goto(self.base + path)

    def come_alive(self):
        """Wait until everything on the page that can be alive is, also far below."""
        self.page.wait_for_function(f"() => dispatchEvent(new Event('beforeprint')) && ({COME})()")

    def first(self):
        """Return when the first picture or question was there (s)."""
        self.page.wait_for_function("window.firstAt")
        return self.page.evaluate("window.firstAt") / 1000

    def uncover(self):
        """Open every picture that a question covers."""
        self.page.evaluate(
            """() => document.querySelectorAll(".lrlab-covered > .lrlab-cover > .lrlab-open")
                .forEach(button => button.click())"""
        )

    def bytes(self):
        """Return how much comes over the wire, as servers compress it, pictures far below too."""
        self.page.evaluate(
            """() => Promise.all([...document.images].map(image => {
                image.loading = "eager";
                return image.decode();
            }))"""
        )
        total = 0
        for response in self.responses:
            body = response.body()
            packed = Path(response.url.split("?")[0]).suffix in PACKED
            total += len(body if packed else gzip.compress(body, 6))
        return total

    def stayed(self):
        """Move every slider; return pictures that did not answer any of theirs."""
        return self.page.evaluate(MOVE)

    def outside(self, width):
        """Return what sticks out of its place at a width, or that the page scrolls sideways."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("() => new Promise(done => setTimeout(done, 100))")
        wide = "document.documentElement.scrollWidth > innerWidth + 1"
        return [
            *self.page.evaluate(OUTSIDE),
            *(["the page scrolls sideways"] if self.page.evaluate(wide) else []),
        ]
