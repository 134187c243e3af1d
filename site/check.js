// Exercises that are answered on the page. Python is loaded at the first Check, in a worker of its
// own; Stop ends the worker, and with it what does not end by itself. Then it is loaded anew.

const SLOW = 5000; // ms, after which a run says how it is ended

class Python {
  constructor(folder, wanted) {
    Object.assign(this, { folder, wanted, tell: () => {} });
  }

  // Return what an answer is told; tell how far Python is, from 0 to 1, while it comes.
  async check(asked, tell) {
    this.tell = tell;
    if (!this.worker) this.begin();
    if (!this.isReady) tell(0);
    await this.ready;
    tell(1);
    return this.send({ ask: asked });
  }

  begin() {
    this.worker = new Worker(new URL("worker.js", this.folder), { type: "module" });
    this.worker.onerror = (event) => this.end(event.message || "it could not be loaded");
    this.worker.onmessage = ({ data }) => {
      if ("loaded" in data) this.tell(data.loaded);
      else if ("failed" in data) this.end(`Python broke off: ${data.failed}`);
      else this.settle.resolve(data.said);
    };
    this.isReady = false;
    this.ready = this.send({ load: this.wanted }).then(() => (this.isReady = true));
    this.ready.catch(() => {}); // Who waits for it is told.
  }

  send(message) {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.worker.postMessage(message);
    });
  }

  end(reason) {
    this.worker.terminate();
    this.worker = null;
    this.tell = () => {};
    this.settle.reject(new Error(reason));
  }

  stop() {
    const again = this.isReady;
    this.end("Stopped.");
    if (again) this.begin();
  }
}

// Make a box of each exercise that can be checked here; return how many there are.
function exercises(kept) {
  const cells = [...document.querySelectorAll("[class*=tag_lrlab-exercise-]")];
  if (!python || location.protocol === "file:" || !cells.length) return 0;
  const page = location.pathname.split("/").pop().replace(/\.html$/, "");
  const runner = new Python(new URL("check/", HERE), python);
  const boxes = cells.map((cell, k) => boxOf(cell, k + 1, kept));
  const busy = (now) => boxes.forEach(({ check }) => check.setAttribute("aria-disabled", now));
  for (const box of boxes) {
    box.check.addEventListener("click", async () => {
      if (box.check.ariaDisabled === "true") return;
      busy(true);
      const texts = Object.fromEntries(boxes.map(({ name, area }) => [name, area.value]));
      await saying(box, (tell) => runner.check({ page, texts, name: box.name }, tell));
      busy(false);
    });
    box.stop.addEventListener("click", () => {
      runner.stop();
      box.check.focus();
    });
  }
  return boxes.length;
}

// Put a box in the place of a cell: what the learner types, and what is said of it.
function boxOf(cell, number, kept) {
  const [, name] = cell.className.match(/tag_lrlab-exercise-(\w+)/);
  const starter = cell.querySelector("pre").textContent.trimEnd();
  const area = make("textarea", { "aria-label": `Your answer to exercise ${number}`, wrap: "off" });
  for (const each of ["autocomplete", "autocapitalize", "autocorrect"]) area.setAttribute(each, "off");
  area.spellcheck = false;
  area.value = kept[`exercises.${name}`] ?? starter;
  const fit = () => (area.rows = area.value.split("\n").length + 1);
  area.addEventListener("input", () => {
    fit();
    keep(`exercises.${name}`, area.value === starter ? undefined : area.value);
  });
  area.addEventListener("keydown", (event) => typed(event, area, check));
  const check = button("Check", () => {});
  check.title = "Shift + Enter";
  const stop = button("Stop", () => {});
  stop.hidden = true;
  const reset = button("Reset", () => {
    area.select();
    write(area, starter);
  });
  const far = make("progress", { "aria-label": "How much of Python is there", hidden: "" });
  const said = make("output", { class: "lrlab-said" });
  const box = make("div", { class: "lrlab-exercise" });
  box.append(area, check, stop, reset, far, said);
  cell.after(box);
  cell.hidden = true;
  if (box.nextElementSibling?.matches(".lrlab-elsewhere")) box.nextElementSibling.hidden = true;
  fit();
  return { name, area, check, stop, far, said };
}

function make(tag, attributes) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach((each) => made.setAttribute(...each));
  return made;
}

// Shift + Enter checks, as in a notebook; Enter alone goes on where the line above began.
function typed(event, area, check) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (event.shiftKey || event.ctrlKey || event.metaKey) return check.click();
  const line = area.value.slice(0, area.selectionStart).split("\n").pop();
  write(area, `\n${line.match(/^ */)[0]}${line.trimEnd().endsWith(":") ? "    " : ""}`);
}

// As if it was typed, so that it can be taken back.
function write(area, text) {
  area.focus();
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input"));
}

// Say beside an answer how far it is, and in the end what was found.
async function saying({ far, said, stop }, checked) {
  const say = (text, passed = "") => {
    if (said.textContent !== text) said.textContent = text;
    said.dataset.passed = passed;
  };
  let slow = null;
  const tell = (part) => {
    far.hidden = part === 1;
    far.value = part;
    say(part < 1 ? "Python is being loaded, once for this page." : "Being checked.");
    if (part === 1) slow ??= setTimeout(() => say("This takes long. Stop ends it."), SLOW);
  };
  stop.hidden = false;
  try {
    const { text, passed } = await checked(tell);
    say(text || "It ran, and says nothing.", passed ?? "");
  } catch (error) {
    say(error.message);
  }
  clearTimeout(slow);
  far.hidden = stop.hidden = true;
}

