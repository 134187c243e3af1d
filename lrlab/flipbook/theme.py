"""Colours that follow the theme of the page a book is shown on."""

from pathlib import Path

# Text, and no path: of a file anywidget waits for changes, and so keeps every widget for ever.
CSS = Path(__file__).with_name("flipbook.css").read_text(encoding="utf-8")
INK = "#222222"
MUTED = "#555555"
FAINT = "#bbbbbb"
THEMED = {
    INK: "var(--lrlab-ink)",
    MUTED: "var(--lrlab-data)",
    FAINT: "var(--lrlab-faint)",
}
