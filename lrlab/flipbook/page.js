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
  const bytes = new Uint8Array(text.length); // in a loop, since Uint8Array.from takes many times as long
  for (let k = 0; k < bytes.length; k++) bytes[k] = text.charCodeAt(k);
  return bytes;
}

// Widgets as Python wrote them, {id, kind, state, sliders}, each into the element of its number.
// They come one after the other, so that the first is there at once.
async function show(widgets, kinds, elements) {
  const models = {};
  for (const { id, state } of widgets) {
    const names = ["_packed", "_picture"].filter((name) => state[name]);
    const bytes = Object.fromEntries(names.map((name) => [name, bytesOf(state[name])]));
    models[id] = new Model({ ...state, ...bytes }, (wanted) => models[wanted]);
  }
  const books = widgets.filter((each) => each.sliders).map((each) => ({ ...each, model: models[each.id] }));
  const places = widgets.map(({ id }) => books.findIndex((each) => each.id === id));
  const go = () => books.forEach((book, at) => follow(book, at));
  go();
  for (const [k, { id, kind }] of widgets.entries()) {
    await kinds[kind].render({ model: models[id], el: elements[k] });
    if (places[k] >= 0 && places[k] === wantedBook()) elements[k].scrollIntoView({ behavior: "instant" });
  }
  addEventListener("hashchange", go);
  return models;
}

// The address names a book by its number where there are several: #picture=1&α=0.62
function wantedBook() {
  const number = new URLSearchParams(location.hash.slice(1)).get("picture");
  return number === null ? null : Number(number);
}

// Move sliders to where the address wants them: a label, a mark, or the nearest number.
function follow({ model, sliders }, at) {
  if (wantedBook() !== null && wantedBook() !== at) return;
  const wanted = new URLSearchParams(location.hash.slice(1));
  const index = model.get("_index").map((now, axis) => {
    const { name, labels, marks } = sliders[axis];
    const value = wanted.get(name);
    if (value === null) return now;
    const same = labels.indexOf(value);
    if (same >= 0) return same;
    const mark = marks.find((each) => each.name === value);
    if (mark) return mark.at;
    const far = labels.map((each) => Math.abs(numberOf(each) - numberOf(value)));
    return far.some(Number.isFinite) ? far.indexOf(Math.min(...far.filter(Number.isFinite))) : now;
  });
  model.set("_index", index);
}

// A label may have a true minus sign, or thousands set apart.
function numberOf(label) {
  return Number(label.replace("−", "-").replaceAll(",", ""));
}

// Where books stand, as the end of an address; with the number of the one, if there are several.
function placeOf(books, number) {
  const place = new URLSearchParams(number === undefined ? {} : { picture: number });
  for (const { model, sliders } of books) {
    model.get("_index").forEach((at, axis) => place.set(sliders[axis].name, sliders[axis].labels[at]));
  }
  return `#${place.toString().replaceAll("+", "%20")}`;
}

// A page of its own says in its address where it stands. A browser lets that be changed some
// hundred times a minute, and a drag moves faster.
function remember(widgets, models) {
  const books = widgets.filter((each) => each.sliders).map((each) => ({ ...each, model: models[each.id] }));
  let timer = null;
  const write = () => history.replaceState(null, "", placeOf(books));
  for (const { model } of books) {
    model.on("change:_index", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 300);
    });
  }
}
