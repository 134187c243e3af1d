// Shows one picture of many: moves sliders, picks paths that Python has computed, draws them.
// There is no mathematics of the course here; see book.py and stage.py for what travels and in which form.

const SVG = "http://www.w3.org/2000/svg";
const UNITS = 16; // coordinates are sixteenths of a point
const BREAK = -32768; // the line breaks here
const PLAY_SECONDS = 4;
const REST = 600; // ms without movement after which the next move leaves a ghost
const SYNC = 150; // ms without movement after which Python is told

function render({ model, el }) {
  let stop = build(model, el);
  const rebuild = () => {
    stop();
    stop = build(model, el);
  };
  model.on("change:_content", rebuild);
  return () => {
    model.off("change:_content", rebuild);
    stop();
  };
}

function build(model, el) {
  const content = model.get("_content");
  el.replaceChildren();
  if (!content.stage) return () => {};
  // Each widget loads this file anew, so only chance keeps their ids apart on a page.
  const prefix = `lrlab-${Math.random().toString(36).slice(2, 10)}-`;
  const book = { model, content, prefix, points: int16(content.points), markers: 0 };
  const root = html("div", { class: "lrlab-flipbook" });
  const controls = content.sliders.map((slider, axis) => control(book, slider, axis));
  const hint = html("p", { class: "lrlab-hint" });
  const caption = html("p", { class: "lrlab-caption", "aria-live": "polite" });
  const panels = html("div", { class: "lrlab-panels", role: "group" });
  panels.setAttribute("aria-label", content.description || "picture");
  panels.append(...content.panels.map((panel, at) => panelOf(book, panel, at)));
  root.append(stageOf(book));
  root.append(html("div", { class: "lrlab-controls" }, controls.map((each) => each.element)));
  root.append(panels, caption, hint, coverOf(model));
  el.append(root);

  book.layers = content.layers.map((layer) => layerOf(book, layer, panels));
  book.ghost = null;
  const draw = () => {
    const index = model.get("_index");
    controls.forEach((each, axis) => each.show(index[axis]));
    book.layers.forEach((layer) => drawLayer(book, layer, index));
    const said = content.captions.map((texts) => pick(texts, index));
    setText(caption, said.filter(Boolean).join(" "));
    const ghost = book.ghost && content.layers.some((layer) => layer.ghost);
    setText(hint, [book.scene, ghost ? "Faint line: where the sliders stood before." : ""].filter(Boolean).join(" "));
  };
  book.go = mover(book);
  root.addEventListener("keydown", director(book, controls));
  const cover = () => root.classList.toggle("lrlab-covered", model.get("covered"));
  const changed = () => (book.go.isEcho() ? book.go.restore() : draw());
  model.on("change:_index", changed);
  model.on("change:covered", cover);
  draw();
  cover();
  return () => {
    model.off("change:_index", changed);
    model.off("change:covered", cover);
    book.go.cancel();
  };
}

// Where the kernel is gone there is nobody to tell, and trying would be an error in the console.
function tell(model) {
  const manager = model.widget_manager ?? {};
  const gone = "kernel" in manager && (!manager.kernel || manager.kernel.isDisposed);
  if (!gone) model.save_changes();
}

function coverOf(model) {
  const attributes = { type: "button", class: "lrlab-open", "data-lm-suppress-shortcuts": "true" };
  const open = html("button", attributes, ["Open without predicting"]);
  open.addEventListener("click", () => {
    model.set("covered", false);
    tell(model);
  });
  const note = html("span", {}, ["The picture opens when you lock your prediction above."]);
  return html("div", { class: "lrlab-cover" }, [note, open]);
}

// Every movement goes through here: it moves the model, whose change draws, and tells Python later.
function mover(book) {
  let last = 0;
  let timer = null;
  let frame = null;
  let local = null; // where the hand is, and what Python was last told
  let sent = null;
  const { model, content } = book;
  const to = (axis, at) => all(model.get("_index").map((now, k) => (k === axis ? at : now)));
  const all = (index) => {
    const before = model.get("_index");
    const moved = [...index.keys()].filter((axis) => index[axis] !== before[axis]);
    if (!moved.length) return;
    if (moved.some((axis) => axis !== content.play)) {
      if (performance.now() - last > REST) book.ghost = [...before];
      last = performance.now();
    }
    local = index;
    model.set("_index", index);
    clearTimeout(timer);
    timer = setTimeout(() => {
      sent = String(local);
      tell(model);
    }, SYNC);
  };
  // Python's answer to an older position must not throw back a hand that has gone on.
  const isEcho = () => String(model.get("_index")) === sent && local && String(local) !== sent;
  const restore = () => model.set("_index", local);
  const pause = () => {
    cancelAnimationFrame(frame);
    frame = null;
  };
  const play = (axis, finished) => {
    const end = content.sliders[axis].labels.length - 1;
    const from = model.get("_index")[axis] % end;
    const began = performance.now();
    const tick = (now) => {
      const at = Math.min(end, from + Math.floor(((now - began) / 1000) * (end / PLAY_SECONDS)));
      to(axis, Math.max(from, at));
      frame = at < end ? requestAnimationFrame(tick) : null;
      if (frame === null) finished();
    };
    to(axis, from);
    frame = requestAnimationFrame(tick);
  };
  const cancel = () => {
    pause();
    clearTimeout(timer);
  };
  return { to, all, isEcho, restore, play, pause, cancel, playing: () => frame !== null };
}

// Page Down and Page Up, the keys of a presenter's remote control, go through the storyboard.
function director(book, controls) {
  const { scenes } = book.content;
  let at = -1;
  return (event) => {
    const way = { PageDown: 1, PageUp: -1 }[event.key];
    if (!way || !scenes.length) return;
    event.preventDefault();
    at = Math.max(0, Math.min(scenes.length - 1, at + way));
    book.scene = `Scene ${at + 1} of ${scenes.length}.`;
    controls.forEach((each) => each.pause());
    book.go.all(scenes[at]);
  };
}

function control(book, slider, axis) {
  const id = `${book.prefix}slider-${axis}`;
  const last = slider.labels.length - 1;
  const input = html("input", {
    ...{ type: "range", id, min: 0, max: last, step: 1 },
    "data-lm-suppress-shortcuts": "true",
  });
  const value = html("span", { class: "lrlab-value" });
  const label = html("label", { for: id }, [...named(slider.name), " = ", value]);
  const track = html("div", { class: "lrlab-track" }, [...bandsOf(slider, last), input]);
  const marks = marksOf(book, slider, axis, last);
  const row = html("div", { class: "lrlab-slider", "data-name": slider.name }, [label, track]);
  track.append(...marks.map((each) => each.element));
  if (slider.bands.length) row.classList.add("lrlab-strip");
  if (marks.length > 1) row.classList.add("lrlab-marked-twice");
  else if (marks.length) row.classList.add("lrlab-marked");
  const play = axis === book.content.play ? playButton(book, axis) : null;
  if (play) row.prepend(play.element);
  input.addEventListener("input", () => {
    if (play) play.pause();
    book.go.to(axis, Number(input.value));
  });
  const show = (at) => {
    if (Number(input.value) !== at) input.value = at;
    if (input.getAttribute("aria-valuetext") !== slider.said[at]) {
      input.setAttribute("aria-valuetext", slider.said[at]);
    }
    setText(value, slider.labels[at]);
    marks.forEach((each) => each.element.classList.toggle("lrlab-here", each.at === at));
  };
  return { element: row, show, pause: () => play?.pause() };
}

function playButton(book, axis) {
  const attributes = { type: "button", class: "lrlab-play", "data-lm-suppress-shortcuts": "true" };
  const element = html("button", attributes, ["Play"]);
  const pause = () => {
    book.go.pause();
    setText(element, "Play");
  };
  element.addEventListener("click", () => {
    if (book.go.playing()) return pause();
    setText(element, "Pause");
    book.go.play(axis, pause);
  });
  return { element, pause };
}

function bandsOf(slider, last) {
  return slider.bands.map(({ first, name, color }, k) => {
    const next = slider.bands[k + 1]?.first ?? last + 1;
    const from = k ? borderOf(slider, first) / last : 0;
    const to = next <= last ? borderOf(slider, next) / last : 1;
    const band = html("div", { class: "lrlab-band", "aria-hidden": "true" }, [name]);
    band.style.cssText = `--from: ${from}; --to: ${to}; --band: ${color}`;
    if (k === 0) band.classList.add("lrlab-first");
    if (next > last) band.classList.add("lrlab-last");
    return band;
  });
}

// A band begins at the mark before it, or else halfway between two positions.
function borderOf(slider, first) {
  return slider.marks.some(({ at }) => at === first - 1) ? first - 1 : first - 0.5;
}

function marksOf(book, slider, axis, last) {
  return slider.marks.map(({ at, name }, k) => {
    const attributes = { type: "button", class: "lrlab-mark", "data-lm-suppress-shortcuts": "true" };
    const element = html("button", attributes, named(name));
    element.setAttribute("aria-label", `Go to ${slider.said[at]}`);
    element.style.setProperty("--at", at / last);
    if (k % 2) element.classList.add("lrlab-above");
    element.addEventListener("click", () => book.go.to(axis, at));
    return { element, at };
  });
}

// λ_max is written with a subscript.
function named(name) {
  const [head, under] = name.split("_");
  return under ? [head, html("sub", {}, [under])] : [head];
}

// The stage stands once in the page; each panel looks at its own piece of it.
function stageOf(book) {
  const text = book.content.stage.replace(/(\bid="|href="#|url\(#)/g, `$1${book.prefix}`);
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const group = svg("g", { id: `${book.prefix}stage` });
  group.append(...parsed.childNodes);
  const holder = svg("svg", { class: "lrlab-defs", "aria-hidden": "true", width: 0, height: 0 });
  holder.append(group);
  return holder;
}

function panelOf(book, [x, y, width, height], at) {
  const viewBox = `${x} ${y} ${width} ${height}`;
  const stage = svg("svg", { class: "lrlab-stage", viewBox, "aria-hidden": "true" });
  stage.append(svg("use", { href: `#${book.prefix}stage` }));
  const overlay = svg("svg", { class: "lrlab-overlay", viewBox, "aria-hidden": "true" });
  const clip = svg("clipPath", { id: `${book.prefix}clip-${at}` });
  const [cx, cy, cw, ch] = book.content.clips[at];
  clip.append(svg("rect", { x: cx, y: cy, width: cw, height: ch }));
  overlay.append(clip);
  const panel = html("div", { class: "lrlab-panel" }, [stage, overlay]);
  panel.style.cssText = `--width: ${width}; --height: ${height}`;
  return panel;
}

function layerOf(book, layer, panels) {
  const overlay = panels.children[layer.axes].querySelector(".lrlab-overlay");
  const make = (ghost) => {
    const path = svg("path", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" });
    const { color, width, dash, opacity, marker, size } = layer.style;
    const ink = ghost ? "var(--lrlab-ghost)" : color;
    path.style.cssText = `stroke: ${width ? ink : "none"}; stroke-width: ${width}; opacity: ${ghost ? 0.5 : opacity}`;
    if (dash.length) path.setAttribute("stroke-dasharray", dash.join(" "));
    path.setAttribute("clip-path", `url(#${book.prefix}clip-${layer.axes})`);
    if (marker) addMarker(book, overlay, path, marker, size, ink);
    overlay.append(path);
    return path;
  };
  const ghost = layer.ghost ? make(true) : null;
  return { ...layer, ghost, path: make(false), key: "", ghostKey: "" };
}

function addMarker(book, overlay, path, marker, size, ink) {
  const id = `${book.prefix}marker-${book.markers++}`;
  const half = 0.75;
  const element = svg("marker", {
    ...{ id, markerUnits: "userSpaceOnUse", markerWidth: 2 * half * size },
    ...{ markerHeight: 2 * half * size, viewBox: `${-half} ${-half} ${2 * half} ${2 * half}` },
  });
  const shape = svg("path", { d: marker });
  shape.style.fill = ink;
  element.append(shape);
  overlay.append(element);
  for (const place of ["start", "mid", "end"]) path.setAttribute(`marker-${place}`, `url(#${id})`);
}

function drawLayer(book, layer, index) {
  const { play } = book.content;
  const stop = layer.reveal ? index[play] + 1 : Infinity;
  const key = keyOf(layer, index, stop);
  if (key !== layer.key) {
    layer.key = key;
    layer.path.setAttribute("d", pathOf(book.points, layer.coordinates, index, stop));
  }
  if (!layer.ghost || !book.ghost) return;
  const ghostKey = keyOf(layer, book.ghost, 0);
  if (ghostKey === layer.ghostKey) return;
  layer.ghostKey = ghostKey;
  layer.ghost.setAttribute("d", pathOf(book.points, layer.coordinates, book.ghost, Infinity));
}

function keyOf(layer, index, stop) {
  return layer.coordinates.map((each) => rowOf(each.shape, index)).join() + "/" + stop;
}

function pathOf(points, [xs, ys], index, stop) {
  const length = Math.max(xs.shape.at(-1), ys.shape.at(-1));
  const x = reader(points, xs, index);
  const y = reader(points, ys, index);
  let d = "";
  let pen = false;
  for (let k = 0; k < Math.min(length, stop); k++) {
    const [px, py] = [x(k), y(k)];
    if (px === BREAK || py === BREAK) pen = false;
    else {
      d += `${pen ? "L" : "M"}${px / UNITS} ${py / UNITS}`;
      pen = true;
    }
  }
  return d && !d.includes("L") ? d.replace(/(?=M)|$/g, (m, at) => (at ? "h0" : "")) : d;
}

function reader(points, { start, shape }, index) {
  const length = shape.at(-1);
  const from = start + rowOf(shape, index) * length;
  return length === 1 ? () => points[from] : (k) => points[from + k];
}

// The number of the row at a position, in an array whose axes of length 1 do not depend on theirs.
function rowOf(shape, index) {
  return index.reduce((row, at, axis) => row * shape[axis] + Math.min(at, shape[axis] - 1), 0);
}

function pick({ shape, texts }, index) {
  return texts[rowOf(shape, index)];
}

function int16(view) {
  return new Int16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function html(name, attributes, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export default { render };
