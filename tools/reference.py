"""The pages of the interface: which there are, and docstrings as Sphinx reads them.

Docstrings here are plain text with NumPy's sections: `*values`, |B| and coef_ mean themselves, and
formulas are written in one line. Before Sphinx sees them, what it would take for markup is
escaped, and indices and powers of formulas are set as such.
"""

import re

MODULES = {
    "regression": "Linear regression",
    "descent": "Gradient descent",
    "schedules": "Schedules",
    "optimizers": "Optimizers",
    "averaging": "Averages of runs",
    "sampling": "Sampling",
    "finders": "Finding a learning rate",
    "estimator": "A scikit-learn estimator",
    "datasets": "Data",
    "flipbook": "The picture machine",
    "explorers": "Explorers",
    "exercises": "Checkers of exercises",
    "predict": "Predictions",
}
INDEX = re.compile(
    r"(?<![A-Za-z0-9_])([A-Za-zα-ωΑ-Ω∇]'?)_(\{[^{}]+\}|max|min|sharp|flat|[A-Za-z0-9](?![A-Za-z0-9_]))"
)
POWER = re.compile(r"\^(\{[^{}]+\}|\((?:[^()]|\([^()]*\))*\)|⌊[^⌊⌋]+⌋|\d?[A-Za-z](?!\w))")
CODE = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)


def pages(folder):
    """Return {name of a page: its Markdown} for the modules that are in the folder of lrlab."""
    there = [
        name
        for name in MODULES
        if (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()
    ]
    lines = "\n".join(f"{MODULES[name]} <api/{name}>" for name in there)
    first = f"""# The interface

What the notebooks import. Each page is made from the module's own words; the tests run every
example.

```{{toctree}}
{lines}
```
"""
    return {"api": first} | {f"api/{name}": page(name, folder) for name in there}


def page(name, folder):
    """Return the Markdown of a module's page: what it holds, or else what it gathers."""
    gathered = gathered_by(folder, name)
    body = f".. automodule:: lrlab.{name}\n"
    if gathered:
        body += "   :no-members:\n"
        for each in gathered:
            kind = "class" if each[0].isupper() else "function"
            members = "   :members:\n" if kind == "class" else ""
            body += f"\n.. auto{kind}:: lrlab.{name}.{each}\n{members}"
    else:
        body += "   :members:\n"
    return f"# {MODULES[name]}\n\nThe module `lrlab.{name}`.\n\n```{{eval-rst}}\n{body}```\n"


def gathered_by(folder, name):
    """Return the names that a module lists in __all__ as it takes them from others; else none."""
    file = folder / f"{name}.py"
    if not file.exists():
        file = folder / name / "__init__.py"
    listed = re.search(r"^__all__ = \[(.*?)\]", file.read_text(encoding="utf-8"), re.M | re.S)
    return re.findall(r'"(\w+)"', listed[1]) if listed else []


def marked_up(lines):
    """Return the lines of a docstring with what is no markup escaped, and formulas set."""
    written, text, example = [], [], False
    for line in lines:
        stripped = line.strip()
        example = bool(stripped) and (example or stripped.startswith(">>>"))
        if example:
            written += [*_set(text), line]
            text = []
        else:
            text.append(line)
    return written + _set(text)


def _set(lines):
    """Return lines of prose; a name in backticks may go over their ends."""
    pieces = CODE.split("\n".join(lines))
    pieces[::2] = map(_prose, pieces[::2])
    return "".join(pieces).split("\n") if lines else []


def _prose(text):
    text = re.sub(r"[\\*|]", lambda found: f"\\{found[0]}", text)
    text = re.sub(r"(?<=\w)_(?![\w{])", r"\\_", text)
    # After the first index the text holds markup, which the search for powers must not enter.
    text = INDEX.sub(lambda found: f"{found[1]}\\ :sub:`{found[2].strip('{}')}`\\ ", text)
    return POWER.sub(lambda found: f"\\ :sup:`{found[1].strip('{}')}`\\ ", text)


def prepare(app, what, name, obj, options, lines):
    """Change the lines of a docstring in place; for Sphinx's autodoc-process-docstring."""
    lines[:] = marked_up(lines)


def passed_over(app, what, name, obj, skip, options):
    """Whether a member says nothing of its own; for Sphinx's autodoc-skip-member."""
    inherited = re.fullmatch(r"set_\w+_request|get_metadata_routing", name)
    alias = str(getattr(obj, "__doc__", "")).startswith("Alias for field number")
    return True if inherited or alias else None
