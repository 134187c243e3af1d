// Python in the reader's browser: loads once, then checks one answer after the other. The page ends
// it when an answer does not end.

import { loadPyodide } from "./pyodide.mjs";

const failed = (error) => postMessage({ failed: String(error.message ?? error).trim().split("\n").pop() });

// Count what arrives, as Pyodide fetches it; when something does not, Pyodide may wait for ever.
const plain = self.fetch;
let total = Infinity;
let there = 0;
self.fetch = async (...request) => {
  try {
    const response = await plain(...request);
    if (!response.ok) throw new Error(`${response.url} is not there`);
    const counted = new TransformStream({
      transform(piece, stream) {
        there += piece.length;
        postMessage({ loaded: Math.min(0.99, there / total) });
        stream.enqueue(piece);
      },
    });
    return new Response(response.body.pipeThrough(counted), response);
  } catch (error) {
    failed(error);
    throw error;
  }
};

async function load({ modules, bytes }) {
  total = bytes;
  const python = await loadPyodide({ packages: ["numpy"] });
  const archive = await self.fetch(new URL(modules, import.meta.url));
  python.unpackArchive(await archive.arrayBuffer(), "zip", { extractDir: "/course" });
  python.runPython(`
import json, sys
sys.path.insert(0, "/course")
import answers, lrlab.exercises

def check(asked):
    asked = json.loads(asked)
    with open(f"/course/cells/{asked['page']}.json", encoding="utf-8") as file:
        cells = json.load(file)
    return json.dumps(answers.check_on_page(cells, asked["texts"], asked["name"]))
`);
  return python.globals.get("check");
}

let check;
self.onmessage = async ({ data }) => {
  try {
    if (data.load) {
      check = await load(data.load);
      postMessage({ ready: true });
    } else postMessage({ said: JSON.parse(check(JSON.stringify(data.ask))) });
  } catch (error) {
    failed(error);
  }
};
