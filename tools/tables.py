"""Write what each notebook says of itself into the pages that repeat it.

    python tools/tables.py

A notebook's first heading is its title and its question. Its metadata say, under "lrlab", how many
minutes it takes, alone and in a lecture, which notebooks it needs and what it covers; those of
notebook 00 also name the paths through the course. No notebook is run; writing twice changes
nothing.
"""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
TITLE = re.compile(r"# (?P<title>[^:\n]+): (?P<question>.+)")
PAGE = re.compile(r"^## \d\d (.*)\n\n\d+ minutes", re.MULTILINE)  # of docs/teaching.md
MARKER = re.compile(r"<!-- (.+): written by make notebooks -->")
NEIGHBOURS = re.compile(r"\n\n\*\*(?:Before|Next):\*\* (?:.|\n(?!\n))*\Z")


@dataclass(frozen=True)
class Lesson:
    """What a notebook says of itself."""

    file: str  # from the folder of the notebooks
    title: str
    question: str  # as in the heading: it goes on after a colon
    minutes: dict
    needs: list
    covers: dict  # {table of docs/coverage.md: {what: heading of the notebook}}
    paths: list
    headings: list

    @property
    def name(self):
        """Its file without folder and ending, as `needs` and `paths` name it."""
        return Path(self.file).stem

    @property
    def number(self):
        """Its number, or nothing for what stands beside the course."""
        return self.name[:2] if self.name[:2].isdigit() else ""

    @property
    def asks(self):
        """Its question, as a sentence of its own; α stays small."""
        first, *others = self.question
        return "".join([first.upper() if first.isascii() else first, *others])

    def link(self, folder="", label=None):
        """Write a link to it, for a page that finds the notebooks in a folder."""
        return f"[{label or f'{self.number} {self.title}'.strip()}]({folder}{self.file})"


def to_text(notebook):
    """Return what a notebook's file holds."""
    return nbformat.writes(notebook) + "\n"


def read(path):
    """Return one notebook as it is stored."""
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)


def lesson(file, root=ROOT):
    """Return what a notebook says of itself; a ValueError says in a line what it lacks."""
    notebook = read(root / "notebooks" / file)
    heading = TITLE.match(notebook.cells[0].source)
    said = notebook.metadata.get("lrlab", {})
    if heading is None or not {"minutes", "needs"} <= said.keys():
        raise ValueError(
            f"notebooks/{file}: begin with the heading '# Title: question?', and give "
            '{"lrlab": {"minutes": {"alone": 20, "lecture": 10}, "needs": []}} in its metadata'
        )
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    for topics in said.get("covers", {}).values():
        if lost := {*topics.values()} - {*headings}:
            raise ValueError(
                f"notebooks/{file}: its metadata name headings that it has not: {lost}"
            )
    return Lesson(
        file=file,
        **heading.groupdict(),
        minutes=said["minutes"],
        needs=said["needs"],
        covers=said.get("covers", {}),
        paths=said.get("paths", []),
        headings=headings,
    )


def course(root=ROOT):
    """Return every lesson: those with a number in their order, then those beside the course."""
    folder = root / "notebooks"
    files = [*sorted(folder.glob("*.ipynb")), *sorted(folder.glob("extras/*.ipynb"))]
    return [lesson(file.relative_to(folder).as_posix(), root) for file in files]


def along(path, lessons):
    """Return the lessons of a path; one that names none goes through all that have a number."""
    by_name = {each.name: each for each in lessons}
    everything = [each.name for each in lessons if each.number not in ("", "00")]
    return [by_name[name] for name in path.get("notebooks", everything)]


def table(head, rows):
    """Return a table of Markdown."""
    first, *others = (f"| {' | '.join(map(str, line))} |" for line in [head, *rows])
    return "\n".join([first, "|---" * len(head) + "|", *others])


def contents(lessons, folder=""):
    """Return the table of notebooks: title, question, minutes."""
    rows = [[each.link(folder), each.asks, each.minutes["alone"]] for each in lessons]
    return table(["Notebook", "The question", "Minutes"], rows)


def paths(lessons):
    """Return the paths through the course, a line each."""
    lines = []
    for path in lessons[0].paths:
        steps, way = along(path, lessons), path["minutes"]
        *numbers, last = (each.number for each in steps)
        which = f"{', '.join(numbers)} and {last}" if "notebooks" in path else "all, in order"
        minutes = sum(each.minutes[way] for each in steps)
        lines.append(f"- **{path['name']}:** {which}; {minutes} minutes.")
    return "\n".join(lines)


def coverage(lessons):
    """Return the tables of what is taught where, {name: table}, in the order of the headings."""
    rows = {}
    for each in lessons:
        link = each.link("../notebooks/", each.number or each.title)
        for name, topics in each.covers.items():
            inside = sorted(topics.items(), key=lambda topic: each.headings.index(topic[1]))
            rows.setdefault(name, []).extend([what, link, heading] for what, heading in inside)
    return {name: table(["What", "Notebook", "Heading"], lines) for name, lines in rows.items()}


def between(text, name, content, where):
    """Return a text with new content between the two markers of a name."""
    begin, end = f"<!-- {name}: written by make notebooks -->", f"<!-- end of {name} -->"
    if not text.count(begin) == text.count(end) == 1:
        raise ValueError(f"{where}: put the markers {begin} and {end} where the table is to stand")
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.split(end)[1]}"


def neighbours(lessons, k):
    """Return the last line of a notebook of the course: which comes before it and which next."""
    said = [f"**Before:** {lessons[k - 1].link()}."] if k else []
    if k + 1 < len(lessons):
        following = lessons[k + 1]
        said.append(f"**Next:** {following.link()}: {following.question}")
    else:
        said.append(f"**Back to the map:** {lessons[0].link()}.")
    return " ".join(said)


def with_neighbours(path, lessons, k):
    """Return the text of a notebook of the course, its last line anew; 00 also has the map."""
    notebook = read(path)
    last = notebook.cells[-1]
    last.source = f"{NEIGHBOURS.sub('', last.source)}\n\n{neighbours(lessons, k)}"
    if k == 0:
        put = partial(between, where=path.name)
        last.source = put(last.source, "the notebooks", contents(lessons[1:]))
        last.source = put(last.source, "the paths", paths(lessons))
    return to_text(notebook)


def teaching(text, lessons):
    """Return the pages for lecturers with numbers and minutes as the notebooks of their titles."""
    by_title = {each.title: each for each in lessons}

    def head(found):
        each = by_title.get(found[1])
        if each is None:
            return found[0]
        return f"## {each.number} {each.title}\n\n{each.minutes['lecture']} minutes"

    return PAGE.sub(head, text)


def written(root=ROOT):
    """Yield each page that repeats what notebooks say, and the text that it should hold."""
    every = course(root)
    numbered = [each for each in every if each.number]
    for k, each in enumerate(numbered):
        path = root / "notebooks" / each.file
        yield path, with_neighbours(path, numbered, k)
    readme, covered, pages = (
        root / name for name in ("README.md", "docs/coverage.md", "docs/teaching.md")
    )
    text = readme.read_text(encoding="utf-8")
    yield readme, between(text, "the notebooks", contents(every, "notebooks/"), readme.name)
    text = covered.read_text(encoding="utf-8")
    topics = coverage(every)
    for name in {**dict.fromkeys(MARKER.findall(text)), **topics}:
        text = between(text, name, topics.get(name, ""), "docs/coverage.md")
    yield covered, text
    yield pages, teaching(pages.read_text(encoding="utf-8"), numbered)


def write(root=ROOT):
    """Write every page that says otherwise than the notebooks do, and print its name."""
    for path, text in list(written(root)):
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path.relative_to(root)}: written from what the notebooks say of themselves")


def main():
    """Write every page, or stop with a line on what a notebook or a page lacks."""
    try:
        write()
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
