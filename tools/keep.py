"""What Jupyter Server does before it saves a notebook: no picture is lost, and none kept in vain.

JupyterLab sends the state of every widget it has seen since the notebook was opened. Saved is what
the notebook shows; what it shows and JupyterLab has lost is taken from the file as it was.
"""

import json
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def keep(model, path, contents_manager, **_):
    """Put the widgets of a notebook in order; a pre_save_hook of Jupyter Server."""
    if model["type"] != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    models = states(notebook)
    if shown(notebook) - models.keys():
        models = states(former(Path(contents_manager.root_dir) / path.strip("/"))) | models
    store(notebook, {name: models[name] for name in reachable(shown(notebook), models)})
    drop_views(notebook)


def former(file):
    """Return the notebook as it was saved before; an empty one where that cannot be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def states(notebook):
    """Return the states of a notebook's widgets by the names of their models."""
    return notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})


def store(notebook, models):
    """Let a notebook hold these states of widgets and no others."""
    notebook["metadata"].pop("widgets", None)
    if models:
        state = {"version_major": 2, "version_minor": 0, "state": models}
        notebook["metadata"]["widgets"] = {STATE: state}


def bundles(notebook):
    """Yield what each output shows: {MIME type: data}."""
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            if "data" in output:
                yield output["data"]


def shown(notebook):
    """Return the names of the models that a notebook shows."""
    views = [bundle[VIEW]["model_id"] for bundle in bundles(notebook) if VIEW in bundle]
    return {name for name in views if name}


def reachable(names, models):
    """Return the models among `models` that are named, or that those name in turn."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in models and name not in found:
            found.add(name)
            todo += words(models[name]["state"])
    return sorted(found)


def words(value):
    """Yield every string in a value, a model's name without the prefix of references."""
    if isinstance(value, str):
        yield value.removeprefix("IPY_MODEL_")
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from words(each)


def drop_views(notebook):
    """Where the state of a view is lost, leave what else its output shows."""
    models = states(notebook)
    for bundle in bundles(notebook):
        if VIEW in bundle and len(bundle) > 1 and bundle[VIEW]["model_id"] not in models:
            del bundle[VIEW]
