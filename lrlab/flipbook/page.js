// Shows widgets on a page of their own, where no kernel and no manager of widgets is: a model is
// what Python left in the page. The address says where the sliders stand: #α=0.62&t=40.

class Model {
  constructor(state, find) {
    this.state = state;
    this.listeners = {};
    this.widget_manager = { get_model: async (id) => find(id) };
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    for (const listener of [...(this.listeners[`change:${name}`] ?? [])]) listener();
  }

  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }

  off(event, listener) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((each) => each !== listener);
  }

  save_changes() {}
}

function bytesOf(base64) {
  const text = atob(base64);
  return Uint8Array.from({ length: text.length }, (_, k) => text.charCodeAt(k));
}

// Widgets as Python wrote them, {id, kind, state, sliders}, each into the element of its number.
async function show(widgets, kinds, elements) {
  const models = {};
  for (const { id, state } of widgets) {
    const names = ["_packed", "_picture"].filter((name) => state[name]);
    const bytes = Object.fromEntries(names.map((name) => [name, bytesOf(state[name])]));
    models[id] = new Model({ ...state, ...bytes }, (wanted) => models[wanted]);
  }
  const books = widgets.filter((each) => each.sliders).map((each) => ({ ...each, model: models[each.id] }));
  books.forEach(follow);
  await Promise.all(
    widgets.map(({ id, kind }, k) => kinds[kind].render({ model: models[id], el: elements[k] })),
  );
  books.forEach((book) => book.model.on("change:_index", () => later(() => write(books))));
  addEventListener("hashchange", () => books.forEach(follow));
}

// Move sliders to where the address wants them: a label, a mark, or the nearest number.
function follow({ model, sliders }) {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const index = model.get("_index").map((now, axis) => {
    const { name, labels, values, marks } = sliders[axis];
    const value = wanted.get(name);
    if (value === null) return now;
    const same = labels.indexOf(value);
    if (same >= 0) return same;
    if (marks[value] !== undefined) return marks[value];
    const far = (values ?? []).map((each) => Math.abs(each - Number(value)));
    return far.some(Number.isFinite) ? far.indexOf(Math.min(...far)) : now;
  });
  model.set("_index", index);
}

function write(books) {
  const place = new URLSearchParams();
  for (const { model, sliders } of books) {
    model.get("_index").forEach((at, axis) => place.set(sliders[axis].name, sliders[axis].labels[at]));
  }
  history.replaceState(null, "", `#${place.toString().replaceAll("+", "%20")}`);
}

// A browser lets an address be changed some hundred times a minute, and a drag moves faster.
let timer = null;
function later(action) {
  clearTimeout(timer);
  timer = setTimeout(action, 300);
}
