"""The learner's desk: copies of the notebooks to work on, of which nothing typed is ever lost.

A copy that the learner has not changed is replaced when the course has a new edition of its
notebook. Of one that they have changed the new edition is laid beside it. A copy that they have
removed or renamed comes back fresh. What each copy was made from is recorded in ``desk/.desk``.
"""

import hashlib
import itertools
import json
import re
from pathlib import Path

from keep import states
from prepare import place

ROOT = Path(__file__).resolve().parents[1]


class Desk:
    """A folder of copies and the record of what they were made from.

    The record holds for each name: ``edition``, what the copy was made from; ``work``, what a
    learner may change, as the copy was made; ``file``, the copy's bytes until it is prepared; and
    ``offered``, the work of an edition that was laid beside it.
    """

    def __init__(self, folder=ROOT / "desk", course=ROOT / "notebooks", module=ROOT / "lrlab"):
        self.folder, self.course, self.module = folder, course, module
        self.hidden = folder / ".desk"
        self.record = self._read_record()

    def lay(self):
        """Bring the desk up to date; return what the learner should know, a line each."""
        is_new, news = not self.record, []
        editions = self.editions()
        for name, edition in editions.items():
            is_first = is_new and not (self.folder / name).exists()
            line = self._lay_one(name, edition)
            news += [line] if line and not is_first else []
            self._write_record()
        for name in [name for name in self.record if name not in editions]:
            news.append(self._clear(name))
            self._write_record()
        return news

    def editions(self):
        """Return {name: a fingerprint of notebook and module}, in the order of the course."""
        module = hashlib.sha256()
        for path in sorted(self.module.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                module.update(path.read_bytes())
        paths = [*sorted(self.course.glob("*.ipynb")), *sorted(self.course.glob("*/*.ipynb"))]
        return {
            path.relative_to(self.course).as_posix(): fingerprint(path, module.digest())
            for path in paths
            if not any(part.startswith(".") for part in path.relative_to(self.course).parts)
        }

    def _lay_one(self, name, edition):
        """Bring one notebook up to date; return a line about it, or ""."""
        mine, known = self.folder / name, self.record.get(name)
        if not mine.exists():
            self._copy(name, edition)
            return f"{name}: a fresh copy." if known else f"{name}: new on your desk."
        new_work = work(self.course / name)
        if work(mine) == (known["work"] if known else new_work):
            if known and known["edition"] == edition:
                return ""
            self._copy(name, edition)
            return f"{name}: replaced by its new edition; you had not changed it."
        known = self.record.setdefault(name, {"edition": "", "work": "", "offered": ""})
        if new_work in (known["work"], known["offered"]):
            return ""
        return self._offer(name, new_work)

    def _offer(self, name, new_work):
        """Lay a new edition beside a copy that is the learner's own."""
        beside, known = self._beside(name), self.record[name]
        place((self.course / name).read_text(encoding="utf-8"), beside)
        known["offered"] = new_work
        known.setdefault("beside", {})[beside.name] = new_work
        return f'{name}: yours stays; its new edition is "{beside.name}".'

    def _beside(self, name):
        """Return where a new edition goes: a free name, or that of an earlier one unchanged."""
        mine, laid = self.folder / name, self.record[name].get("beside", {})
        for number in itertools.count(1):
            which = "new edition" if number == 1 else f"new edition {number}"
            beside = mine.with_name(f"{mine.stem} ({which}){mine.suffix}")
            if not beside.exists() or work(beside) == laid.get(beside.name):
                return beside

    def _copy(self, name, edition):
        place((self.course / name).read_text(encoding="utf-8"), self.folder / name)
        self.record[name] = {
            "edition": edition,
            "work": work(self.folder / name),
            "file": fingerprint(self.folder / name),
            "offered": "",
        }

    def _clear(self, name):
        """Take away a notebook that has left the course, unless the learner changed it."""
        mine, known = self.folder / name, self.record.pop(name)
        if not mine.exists() or work(mine) != known["work"]:
            return f"{name}: no longer in the course."
        mine.unlink()
        return f"{name}: no longer in the course; you had not changed it, so it is gone."

    def unprepared(self):
        """Return the names of the copies that nobody has prepared, saved or changed."""
        return [name for name in self.record if self._is_as_copied(name)]

    def put(self, name, prepared):
        """Put a prepared notebook in the place of its copy, if that is still as it was made."""
        if self._is_as_copied(name):
            place(prepared.read_text(encoding="utf-8"), self.folder / name)
            self.record[name]["file"] = ""
            self._write_record()

    def _is_as_copied(self, name):
        mine, file = self.folder / name, self.record[name].get("file")
        return bool(file) and mine.exists() and fingerprint(mine) == file

    def _read_record(self):
        try:
            return json.loads((self.hidden / "record.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _write_record(self):
        self.hidden.mkdir(parents=True, exist_ok=True)
        unfinished = self.hidden / "record.part"
        unfinished.write_text(json.dumps(self.record, indent=1), encoding="utf-8")
        unfinished.replace(self.hidden / "record.json")


def fingerprint(path, more=b""):
    """Return a fingerprint of a file's bytes."""
    return hashlib.sha256(more + path.read_bytes()).hexdigest()


def work(path):
    """Return a fingerprint of what a learner does to a notebook: its cells, and answers locked.

    Outputs are no work, nor is the empty cell that running the last one leaves behind. A file
    that cannot be read has a fingerprint of its own.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], text(cell["source"])) for cell in notebook["cells"]]
        answers = [model["state"].get("answer", -1) for model in states(notebook).values()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return f"unreadable: {path.name}"
    done = [
        [cell for cell in cells if cell[1]],
        sorted(str(answer) for answer in answers if answer != -1),
    ]
    return hashlib.sha256(json.dumps(done).encode()).hexdigest()


def text(source):
    """Return the source of a cell as one string, without white space at the ends of lines."""
    joined = source if isinstance(source, str) else "".join(source)
    return re.sub(r"[ \t]+$", "", joined, flags=re.MULTILINE).strip()
