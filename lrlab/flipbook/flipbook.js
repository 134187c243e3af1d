// Shows one picture of many: moves sliders, picks paths that Python has computed, draws them.
// There is no mathematics of the course here: a row is picked, rows are added up with weights from
// a table, the logarithm of an axis is taken. See wire.py for what travels and in which form.

const SVG = "http://www.w3.org/2000/svg";
const UNITS = 16; // coordinates are sixteenths of a point
const BREAK = -32768; // the line breaks here
const REACH = 2047; // points; farther out, a line is drawn up to here
const PLAY_SECONDS = 4;
const REST = 600; // ms without movement after which the next move leaves a ghost
const SYNC = 150; // ms without movement after which Python is told
const FEW = 5; // words; more are a list to choose from

function render({ model, el }) {
  let stop = () => {};
  let latest = 0;
  const rebuild = async () => {
    const turn = ++latest;
    const packed = model.get("_packed");
    if (!packed?.byteLength) return;
    const content = await unpack(packed);
    if (turn !== latest) return; // a newer picture is on its way
    stop();
    stop = build(model, el, content);
  };
  model.on("change:_packed", rebuild);
  const first = rebuild();
  const end = () => {
    latest = -1;
    model.off("change:_packed", rebuild);
    stop();
  };
  return first.then(() => end);
}

// A header in JSON and arrays in bytes, deflated together.
async function unpack(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(raw.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + length)));
  const arrays = header.arrays.map((each) => arrayOf(raw, 4 + length + each.start, each));
  return { ...header, arrays };
}

// Differences along one axis, the low bytes of all of them first.
function arrayOf(raw, from, { type, axis, shape }) {
  const size = shape.reduce((a, b) => a * b, 1);
  const width = type === "i2" ? 2 : 4;
  const out = width === 2 ? new Uint16Array(size) : new Uint32Array(size);
  for (let plane = 0; plane < width; plane++) {
    const at = from + plane * size;
    for (let k = 0; k < size; k++) out[k] |= raw[at + k] << (8 * plane);
  }
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const block = stride * shape[axis];
  for (let start = 0; start < size; start += block) {
    for (let k = start + stride; k < start + block; k++) out[k] += out[k - stride];
  }
  return type === "i2" ? new Int16Array(out.buffer) : new Float32Array(out.buffer);
}

function build(model, el, content) {
  el.replaceChildren();
  // Each widget loads this file anew, so only chance keeps their ids apart on a page.
  const prefix = `lrlab-${Math.random().toString(36).slice(2, 10)}-`;
  const book = { model, content, prefix, arrays: content.arrays, markers: 0, touched: false };
  const actions = new Map();
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => actions.get(target)()));
  book.whenResized = (element, action) => {
    actions.set(element, action);
    watch.observe(element);
  };
  const root = html("div", { class: "lrlab-flipbook" });
  const controls = content.sliders.map((slider, axis) => control(book, slider, axis));
  const hint = html("p", { class: "lrlab-hint" });
  const caption = html("p", { class: "lrlab-caption", "aria-live": "polite" });
  const panels = html("div", { class: "lrlab-panels", role: "group" });
  panels.setAttribute("aria-label", content.description || "picture");
  panels.append(...content.panels.map((panel) => panelOf(book, panel)));
  // Only where the panels do not fit side by side do they scroll, and then keys must reach them.
  book.whenResized(panels, () => {
    const scrolls = panels.scrollWidth > panels.clientWidth + 1;
    if (scrolls) panels.tabIndex = 0;
    else panels.removeAttribute("tabindex");
  });
  panels.setAttribute("data-lm-suppress-shortcuts", "true");
  root.append(stageOf(book));
  root.append(html("div", { class: "lrlab-controls" }, controls.map((each) => each.element)));
  root.append(panels, caption, hint, coverOf(model));
  el.append(root);

  content.clips.forEach((clip, at) => clipOf(book, clip, at, overlayOf(book, panels, at)));
  book.layers = content.layers.map((layer) => layerOf(book, layer, panels));
  book.handles = content.handles.map((each) => handleOf(book, each, panels));
  book.ghost = null;
  const draw = () => {
    const index = model.get("_index");
    controls.forEach((each, axis) => each.show(index[axis]));
    book.layers.forEach((layer) => drawLayer(book, layer, index));
    book.handles.forEach((each) => each.show(index));
    say(caption, content.captions.map((texts) => pick(texts, index)));
    setText(hint, hintOf(book));
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
    watch.disconnect();
    book.go.cancel();
  };
}

function hintOf(book) {
  const parts = [book.scene];
  if (book.ghost && book.content.layers.some((layer) => layer.ghost)) {
    parts.push("Faint line: where the sliders stood before.");
  } else if (!book.touched && book.content.handles.some((each) => each.y)) {
    parts.push("The ringed point can be dragged.");
  }
  return parts.filter(Boolean).join(" ");
}

// Where the kernel is gone there is nobody to tell, and trying would be an error in the console.
function tell(model) {
  const manager = model.widget_manager ?? {};
  const gone = "kernel" in manager && (!manager.kernel || manager.kernel.isDisposed);
  if (!gone) model.save_changes();
}

function coverOf(model) {
  const open = focusable("button", { type: "button", class: "lrlab-open" }, ["Open without predicting"]);
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
    book.touched = true;
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
  if (slider.words) return slider.labels.length > FEW ? list(book, slider, axis) : radios(book, slider, axis);
  const id = `${book.prefix}slider-${axis}`;
  const last = slider.labels.length - 1;
  const input = focusable("input", { type: "range", id, min: 0, max: last, step: 1 });
  const value = html("span", { class: "lrlab-value" });
  const label = html("label", { for: id }, [...written(slider.label), " = ", value]);
  const track = html("div", { class: "lrlab-track" }, [...bandsOf(slider, last), input]);
  const marks = marksOf(book, slider, axis, last);
  const row = html("div", { class: "lrlab-slider", "data-name": slider.name }, [label, track]);
  track.append(...marks.map((each) => each.element));
  if (slider.bands.length) row.classList.add("lrlab-strip");
  if (marks.length) book.whenResized(row, () => arrange(row, marks.map((each) => each.element)));
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
    stand(row, slider, at);
  };
  return { element: row, show, pause: () => play?.pause() };
}

// Words are chosen, not slid: all in view where they are few.
function radios(book, slider, axis) {
  const name = `${book.prefix}choice-${axis}`;
  const inputs = slider.labels.map((_, value) => focusable("input", { type: "radio", name, value }));
  const labels = slider.labels.map((label, at) => html("label", {}, [inputs[at], label]));
  const legend = html("legend", {}, written(slider.label));
  const row = html("fieldset", { class: "lrlab-slider lrlab-words", "data-name": slider.name });
  row.append(legend, ...labels);
  row.addEventListener("change", () => book.go.to(axis, inputs.findIndex((each) => each.checked)));
  const show = (at) => {
    inputs[at].checked = true;
    stand(row, slider, at);
  };
  return { element: row, show, pause: () => {} };
}

function list(book, slider, axis) {
  const id = `${book.prefix}choice-${axis}`;
  const select = focusable("select", { id });
  select.append(...slider.labels.map((label, value) => html("option", { value }, [label])));
  const label = html("label", { for: id }, [...written(slider.label), " "]);
  const row = html("div", { class: "lrlab-slider lrlab-words", "data-name": slider.name }, [label, select]);
  select.addEventListener("change", () => book.go.to(axis, Number(select.value)));
  const show = (at) => {
    select.value = at;
    stand(row, slider, at);
  };
  return { element: row, show, pause: () => {} };
}

// Where a control stands, for whoever looks at the page from outside.
function stand(row, slider, at) {
  row.dataset.at = at;
  row.dataset.said = slider.said[at];
}

function playButton(book, axis) {
  const element = focusable("button", { type: "button", class: "lrlab-play" }, ["Play"]);
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
    const band = html("div", { class: "lrlab-band", "aria-hidden": "true" }, [html("span", {}, [name])]);
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
  return slider.marks.map(({ at, label }) => {
    const element = focusable("button", { type: "button", class: "lrlab-mark" }, written(label));
    element.setAttribute("aria-label", `Go to ${slider.said[at]}`);
    element.style.setProperty("--at", at / last);
    element.addEventListener("click", () => book.go.to(axis, at));
    return { element, at };
  });
}

// Names of marks stand below the track, or above it or lower where they would touch.
function arrange(row, elements) {
  const rows = [[], [], []];
  for (const element of elements) {
    const half = element.offsetWidth / 2 + 2;
    // A name at the end of the track is pushed back to where it fits; its tick stays.
    const push = Math.min(0, element.parentElement.clientWidth - element.offsetLeft - half + 2);
    element.style.setProperty("--push", `${push}px`);
    const middle = element.offsetLeft + push;
    const free = rows.findIndex((taken) => taken.every(([a, b]) => middle + half < a || b < middle - half));
    const at = Math.max(0, free);
    rows[at].push([middle - half, middle + half]);
    element.dataset.row = ["below", "above", "low"][at];
  }
  row.classList.toggle("lrlab-marked", rows[0].length > 0);
  row.classList.toggle("lrlab-marked-above", rows[1].length > 0);
  row.classList.toggle("lrlab-marked-low", rows[2].length > 0);
}

// Words with indices and powers: a text, or pieces of [words, place].
function written(pieces) {
  if (typeof pieces === "string") return [pieces];
  return pieces.map(([words, place]) => (place ? html(place, {}, [words]) : words));
}

// The stage stands once in the page; each panel looks at its own piece of it. Its legends lie on
// top, so that no moving line runs through their words.
function stageOf(book) {
  const text = book.content.stage.replace(/(\bid="|href="#|url\(#)/g, `$1${book.prefix}`);
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const group = svg("g", { id: `${book.prefix}stage` });
  group.append(...parsed.childNodes);
  const keys = svg("g", { id: `${book.prefix}keys`, class: "lrlab-keys" });
  keys.append(...group.querySelectorAll("g[id*='legend_']"));
  const holder = svg("svg", { class: "lrlab-defs", "aria-hidden": "true", width: 0, height: 0 });
  holder.append(group, keys);
  return holder;
}

function panelOf(book, [x, y, width, height]) {
  const viewBox = `${x} ${y} ${width} ${height}`;
  const piece = (name) => svg("svg", { class: `lrlab-${name}`, viewBox, "aria-hidden": "true" });
  const [stage, overlay, top] = ["stage", "overlay", "top"].map(piece);
  stage.append(svg("use", { href: `#${book.prefix}stage` }));
  top.append(svg("use", { href: `#${book.prefix}keys` }));
  const panel = html("div", { class: "lrlab-panel" }, [stage, overlay, top]);
  panel.style.cssText = `--width: ${width}; --height: ${height}`;
  return panel;
}

function overlayOf(book, panels, axes) {
  return panels.children[book.content.homes[axes]].querySelector(".lrlab-overlay");
}

function clipOf(book, [x, y, width, height], at, overlay) {
  const clip = svg("clipPath", { id: `${book.prefix}clip-${at}` });
  clip.append(svg("rect", { x, y, width, height }));
  overlay.append(clip);
}

function layerOf(book, layer, panels) {
  const overlay = overlayOf(book, panels, layer.axes);
  const make = (ghost) => {
    const element = layer.kind === "text" ? labelOf(layer) : pathElement(book, layer, overlay, ghost);
    element.setAttribute("clip-path", `url(#${book.prefix}clip-${layer.axes})`);
    overlay.append(element);
    return element;
  };
  const ghost = layer.ghost ? make(true) : null;
  return { ...layer, ghost, element: make(false), key: "", ghostKey: "" };
}

function pathElement(book, layer, overlay, ghost) {
  const { color, width, dash, opacity, marker, size } = layer.style;
  const ink = ghost ? "var(--lrlab-ghost)" : color;
  const path = svg("path", { fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" });
  if (layer.kind === "fill") {
    path.style.cssText = `fill: ${ink}; opacity: ${opacity}`;
    return path;
  }
  path.style.cssText = `stroke: ${width ? ink : "none"}; stroke-width: ${width}; opacity: ${ghost ? 0.5 : opacity}`;
  if (dash.length) path.setAttribute("stroke-dasharray", dash.join(" "));
  if (marker) addMarker(book, overlay, path, marker, size, ink);
  return path;
}

function labelOf({ style }) {
  const anchor = { left: "start", center: "middle", right: "end" }[style.ha];
  const line = { top: "hanging", center: "central", bottom: "auto" }[style.va];
  const text = svg("text", { "text-anchor": anchor, "dominant-baseline": line });
  text.style.cssText = `fill: ${style.color}; font-size: ${style.size}px`;
  return text;
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
    drawElement(book, layer, layer.element, index, stop);
  }
  if (!layer.ghost || !book.ghost) return;
  const ghostKey = keyOf(layer, book.ghost, 0);
  if (ghostKey === layer.ghostKey) return;
  layer.ghostKey = ghostKey;
  drawElement(book, layer, layer.ghost, book.ghost, Infinity);
}

function drawElement(book, layer, element, index, stop) {
  const x = reader(book.arrays, layer.x, index);
  const y = reader(book.arrays, layer.y, index);
  if (layer.kind === "text") {
    const shown = [x(0), y(0)].every(Number.isFinite);
    element.setAttribute("x", shown ? x(0) : 0);
    element.setAttribute("y", shown ? y(0) : 0);
    const text = shown ? pick(layer.texts, index) : "";
    const spans = written(text).map((each) => (each.nodeName ? raised(each) : each));
    return element.replaceChildren(...spans);
  }
  const length = Math.min(Math.max(x.length, y.length), stop);
  element.setAttribute("d", layer.kind === "fill" ? fillPath(x, y, length) : linePath(x, y, length));
}

function raised(element) {
  const shift = element.nodeName === "SUB" ? "sub" : "super";
  const span = svg("tspan", { "baseline-shift": shift, "font-size": "70%" });
  span.append(element.textContent);
  return span;
}

// What a layer shows depends on these rows alone.
function keyOf(layer, index, stop) {
  const rows = [layer.x, layer.y].flatMap(({ shape, terms }) =>
    terms
      ? terms.flatMap(({ row, weights }) => [row, ...weights].map((each) => rowOf(each.shape, index)))
      : rowOf(shape, index),
  );
  return `${rows.join()}/${stop}/${layer.texts ? rowOf(layer.texts.shape, index) : ""}`;
}

function linePath(x, y, length) {
  let d = "";
  let before = null; // where the pen came from; null where the line is broken
  let pen = false;
  for (let k = 0; k < length; k++) {
    const here = [x(k), y(k)];
    if (here.some(Number.isNaN)) {
      before = null;
      pen = false;
      continue;
    }
    const [from, to] = within(before, here);
    if (!to) pen = false;
    else {
      if (from && !(pen && from === before)) d += `M${from[0]} ${from[1]}`;
      d += `${from ? "L" : "M"}${to[0]} ${to[1]}`;
      pen = to === here;
    }
    before = here;
  }
  return d && !d.includes("L") ? d.replace(/(?=M)|$/g, (m, at) => (at ? "h0" : "")) : d;
}

function fillPath(x, y, length) {
  let d = "";
  let pen = false;
  for (let k = 0; k < length; k++) {
    const here = [x(k), y(k)];
    const gap = here.some(Number.isNaN);
    if (gap && pen) d += "Z";
    if (!gap) d += `${pen ? "L" : "M"}${here.map((v) => Math.max(-REACH, Math.min(REACH, v))).join(" ")}`;
    pen = !gap;
  }
  return d && `${d}Z`;
}

const isNear = (point) => Math.abs(point[0]) <= REACH && Math.abs(point[1]) <= REACH;

// The piece of a segment that is within reach: nothing, a point alone, or both its ends.
function within(from, to) {
  if (!from) return isNear(to) ? [null, to] : [];
  if (isNear(from) && isNear(to)) return [from, to];
  let [enter, leave] = [0, 1];
  for (const axis of [0, 1]) {
    const way = to[axis] - from[axis];
    if (way === 0 && Math.abs(from[axis]) > REACH) return [];
    if (way === 0) continue;
    const ends = [(-REACH - from[axis]) / way, (REACH - from[axis]) / way].sort((a, b) => a - b);
    enter = Math.max(enter, ends[0]);
    leave = Math.min(leave, ends[1]);
  }
  if (!(enter < leave)) return [];
  const along = (share) => [0, 1].map((axis) => from[axis] + share * (to[axis] - from[axis]));
  return [enter === 0 ? from : along(enter), leave === 1 ? to : along(leave)];
}

// A function of the number of a point; its value is in points from the top left, NaN for a break.
function reader(arrays, coordinate, index) {
  if (coordinate.terms) return sumReader(arrays, coordinate, index);
  const { values, from, length } = rowIn(arrays, coordinate, index);
  const at = (k) => {
    const units = values[from + (length === 1 ? 0 : k)];
    return units === BREAK ? NaN : units / UNITS;
  };
  return lengthened(at, length);
}

function sumReader(arrays, { terms, origin, log }, index) {
  const parts = terms.map(({ row, weights }) => ({
    ...rowIn(arrays, row, index),
    weight: weights.reduce((all, each) => all * arrays[each.array][rowOf(each.shape, index)], 1),
  }));
  const sum = (k) =>
    parts.reduce(
      (all, { values, from, length, weight }) => all + weight * values[from + (length === 1 ? 0 : k)],
      origin,
    );
  const at = log ? (k) => log[0] + log[1] * Math.log10(Math.max(sum(k), 0)) : sum;
  const bounded = (k) => Math.max(-1e30, Math.min(1e30, at(k)));
  return lengthened(bounded, Math.max(...parts.map((each) => each.length)));
}

function lengthened(at, length) {
  Object.defineProperty(at, "length", { value: length });
  return at;
}

function rowIn(arrays, { array, shape }, index) {
  const length = shape.at(-1);
  return { values: arrays[array], from: rowOf(shape, index) * length, length };
}

// The number of the row at a position, in an array whose axes of length 1 do not depend on theirs.
function rowOf(shape, index) {
  return index.reduce((row, at, axis) => row * shape[axis] + Math.min(at, shape[axis] - 1), 0);
}

// A point, or the whole of an axes, that a mouse, a pen or a finger moves sliders with.
function handleOf(book, handle, panels) {
  const overlay = overlayOf(book, panels, handle.axes);
  const { group, grip, place } = handle.y ? ringOf(handle) : cursorOf(book, handle);
  overlay.append(group);
  const there = placesOf(book, handle);
  const at = (index) => [handle.x, handle.y ?? handle.x].map((each) => reader(book.arrays, each, index)(0));
  let grabbed = null; // how far from its middle it was taken hold of
  const pointer = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(overlay.getScreenCTM().inverse());
    return [x, y];
  };
  const follow = (event) => {
    const [x, y] = pointer(event);
    book.go.all(nearest(there, book.model.get("_index"), [x - grabbed[0], y - grabbed[1]]));
  };
  // A finger on the ring drags it; a finger on a curve scrolls the page, and a tap sets the step.
  if (handle.y) grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  grip.addEventListener("click", (event) => {
    grabbed ??= [0, 0];
    if (!handle.y) follow(event);
    release();
  });
  grip.addEventListener("pointerdown", (event) => {
    if (event.button || (!handle.y && event.pointerType === "touch")) return;
    event.preventDefault();
    event.stopPropagation();
    grip.setPointerCapture(event.pointerId);
    const [[x, y], [mx, my]] = [pointer(event), at(book.model.get("_index"))];
    grabbed = handle.y ? [x - mx, y - my] : [0, 0];
    group.classList.add("lrlab-grabbed");
    follow(event);
  });
  grip.addEventListener("pointermove", (event) => grabbed && follow(event));
  function release() {
    grabbed = null;
    group.classList.remove("lrlab-grabbed");
  }
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) grip.addEventListener(kind, release);
  return { show: (index) => place(...at(index)) };
}

function ringOf(handle) {
  const grip = svg("circle", { r: 16, class: "lrlab-grip" });
  const ring = svg("circle", { r: 9, class: "lrlab-ring" });
  const group = svg("g", { class: "lrlab-handle" });
  ring.style.stroke = handle.color;
  group.append(ring, grip);
  const place = (x, y) => group.setAttribute("transform", `translate(${x} ${y})`);
  return { group, grip, place };
}

function cursorOf(book, handle) {
  const [x, y, width, height] = book.content.clips[handle.axes];
  const grip = svg("rect", { x, y, width, height, class: "lrlab-across" });
  const line = svg("path", { class: "lrlab-cursor" });
  line.style.stroke = handle.color;
  const group = svg("g", { class: "lrlab-handle" });
  group.append(line, grip);
  const place = (at) => line.setAttribute("d", `M${at} ${y}v${height}`);
  return { group, grip, place };
}

// Which sliders a handle moves, and where it would stand at each of their positions.
function placesOf(book, handle) {
  const along = (coordinate, axis) =>
    book.content.sliders[axis].labels.map((_, at) => {
      const index = book.content.sliders.map((__, k) => (k === axis ? at : 0));
      return reader(book.arrays, coordinate, index)(0);
    });
  const [across, upwards] = handle.moves;
  if (across === upwards) {
    return [{ axis: across, places: along(handle.x, across).map((x, at) => [x, along(handle.y, across)[at]]) }];
  }
  const found = [{ axis: across, places: along(handle.x, across).map((x) => [x, null]) }];
  if (upwards !== null) found.push({ axis: upwards, places: along(handle.y, upwards).map((y) => [null, y]) });
  return found;
}

function nearest(there, index, point) {
  const moved = [...index];
  for (const { axis, places } of there) {
    const far = places.map((place) =>
      place.reduce((all, v, k) => all + (v === null ? 0 : (v - point[k]) ** 2), 0),
    );
    moved[axis] = far.indexOf(Math.min(...far.filter((v) => !Number.isNaN(v))));
  }
  return moved;
}

function pick({ shape, texts }, index) {
  return texts[rowOf(shape, index)];
}

function say(element, texts) {
  const shown = texts.filter((text) => text.length);
  const key = JSON.stringify(shown);
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  element.replaceChildren(...shown.flatMap((text, k) => [...(k ? [" "] : []), ...written(text)]));
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

// JupyterLab takes keys that are typed on a control for its own unless it is told not to.
function focusable(name, attributes, children) {
  return html(name, { ...attributes, "data-lm-suppress-shortcuts": "true" }, children);
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export default { render };
