"""Write one contender's file in a fresh Python; print pictures and seconds as JSON.

Called by no_kernel.py with the name of the contender and of the file. What the contender imports
is imported before the clock starts.
"""

import ast
import json
import sys
import time
from pathlib import Path

CONTENDERS = Path(__file__).parent / "contenders"


def main(name, file):
    """Run the two files that prepare and then the contender, the last against the clock."""
    names = {"file": Path(file)}
    for part in ("setup.py", "no_kernel/setup.py"):
        exec(CONTENDERS.joinpath(part).read_text("utf-8"), names)
    tree = ast.parse(CONTENDERS.joinpath(f"no_kernel/{name}.py").read_text("utf-8"))
    imports = [each for each in tree.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    for body in (imports, tree.body):
        began = time.perf_counter()
        exec(compile(ast.Module(body, []), name, "exec"), names)
    json.dump({"pictures": names["pictures"], "build": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
