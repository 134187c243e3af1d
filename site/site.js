// Brings the widgets of a page to life, and keeps a reader's answers in this browser alone.

const HERE = document.currentScript.src;
const KEPT = `lrlab ${location.pathname.split("/").slice(-2).join("/")}`;

async function begin() {
  const told = document.querySelector("script.lrlab-widgets");
  const widgets = JSON.parse(told?.textContent ?? "[]");
  const kept = read();
  for (const { id, kind, state } of widgets) {
    const answer = kind === "prediction" && kept[state._question];
    if (!answer || answer.answer >= Math.max(1, state._choices.length)) continue;
    Object.assign(state, answer);
    for (const name of state._opens) {
      const hidden = widgets.find((each) => each.id === name);
      if (hidden) hidden.state.covered = false;
    }
  }
  const elements = widgets.map(({ id }) => document.querySelector(`[data-widget="${id}"]`));
  const boxes = exercises(kept);
  const models = await show(widgets, kinds, elements);
  const books = widgets.filter((each) => each.sliders);
  widgets.forEach((widget, k) => {
    const model = models[widget.id];
    if (widget.kind === "prediction") model.on("change:answer", () => keepAnswer(model));
    if (widget.held) bringWhenNear(widget.held, model, elements[k]);
    if (widget.sliders) elements[k].after(linkTo(model, widget.sliders, books.indexOf(widget)));
  });
  if (boxes || widgets.some(({ kind }) => kind === "prediction")) {
    document.querySelector("article").append(forget());
  }
}

// Most of a page's weight is in pictures far below. Each comes in a script of its own, as a page on
// a disk may read nothing else.
const bring = {};
window.lrlabHeld = (name, packed) => bring[name](bytesOf(packed));

function bringWhenNear(name, model, element) {
  // Until then it is printed as it is seen without scripts.
  const still = document.createElement("div");
  still.className = "lrlab-still";
  still.innerHTML = element.querySelector("noscript").textContent;
  element.append(still);
  bring[name] = (bytes) => model.set("_packed", bytes);
  const fetched = () => {
    watch.disconnect();
    removeEventListener("beforeprint", fetched);
    const script = document.createElement("script");
    script.src = new URL(`held/${name}`, HERE);
    document.head.append(script);
  };
  const near = (seen) => seen.some((each) => each.isIntersecting) && fetched();
  const watch = new IntersectionObserver(near, { rootMargin: "1500px" });
  watch.observe(element);
  addEventListener("beforeprint", fetched);
}

// Storage may be full, or refused: then answers last as long as the page.
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

// Keep a value under a name; undefined is not kept.
function keep(name, value) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...read(), [name]: value }));
  } catch {
    // The answer stays on the page until it is closed.
  }
}

function keepAnswer(model) {
  keep(model.get("_question"), { answer: model.get("answer"), guess: model.get("guess") });
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "lrlab-link";
  made.textContent = text;
  made.addEventListener("click", () => action(made));
  return made;
}

function linkTo(model, sliders, at) {
  return button("Copy a link to this position", async (made) => {
    const address = new URL(location.href);
    address.hash = placeOf([{ model, sliders }], at);
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address.href);
      made.textContent = "Copied";
    } catch {
      made.textContent = "The link is in the address bar";
    }
    setTimeout(() => (made.textContent = "Copy a link to this position"), 2000);
  });
}

function forget() {
  return button("Forget my answers on this page", () => {
    localStorage.removeItem(KEPT);
    location.reload();
  });
}

// What scrolls must be reached by keys; what does not would only be one more stop on their way.
function reachable() {
  const watch = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  const scrolling = "article pre, article .table-wrapper, article .katex-display, article div.math";
  document.querySelectorAll(scrolling).forEach((each) => watch.observe(each));
}

// A copy of the course on GitHub has its pages at OWNER.github.io/REPOSITORY, which names it to Binder.
function binder() {
  const { hostname, pathname } = new URL("..", HERE);
  const owner = hostname.match(/^([^.]+)\.github\.io$/)?.[1];
  if (!owner) return;
  const repository = pathname.replaceAll("/", "") || hostname;
  const page = location.pathname.slice(pathname.length).replace(/\.html$/, ".ipynb");
  const notebook = page.startsWith("notebooks/") && !page.includes("extras") ? page : "notebooks/00-start-here.ipynb";
  const link = document.createElement("a");
  link.className = "lrlab-link";
  link.textContent = "Open in Binder";
  link.href = `https://mybinder.org/v2/gh/${owner}/${repository}/HEAD?urlpath=${encodeURIComponent(`lab/tree/${notebook}`)}`;
  document.querySelector("article h1")?.after(link);
}

function start() {
  reachable();
  binder();
  begin();
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
