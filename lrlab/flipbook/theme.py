"""Colours that follow the theme of the page a book is shown on."""

from pathlib import Path

CSS = Path(__file__).with_name("flipbook.css")
INK = "#222222"
MUTED = "#555555"
FAINT = "#bbbbbb"
THEMED = {
    INK: "var(--lrlab-ink)",
    MUTED: "var(--lrlab-data)",
    FAINT: "var(--lrlab-faint)",
}
