// Shows a picture or a text once the question before it is answered. Needs no kernel.

function render({ model, el }) {
  const root = element("div", { class: "lrlab-reveal" });
  const open = element("button", {
    type: "button",
    class: "lrlab-open",
    "data-lm-suppress-shortcuts": "true",
  });
  open.textContent = "Open without predicting";
  const note = element("span");
  note.textContent = "This opens when you lock your prediction above.";
  const cover = element("div", { class: "lrlab-cover" });
  cover.append(note, open);
  const { node, done } = contentOf(model);
  root.append(node, cover);
  el.replaceChildren(root);

  open.addEventListener("click", () => {
    model.set("covered", false);
    tell(model);
  });
  const show = () => root.classList.toggle("lrlab-covered", model.get("covered"));
  model.on("change:covered", show);
  show();
  return () => {
    model.off("change:covered", show);
    done();
  };
}

function contentOf(model) {
  const picture = model.get("_picture");
  if (!picture?.byteLength) {
    const node = element("pre", { tabindex: "0", "data-lm-suppress-shortcuts": "true" });
    node.textContent = model.get("_text");
    return { node, done: () => {} };
  }
  const address = URL.createObjectURL(new Blob([picture], { type: "image/png" }));
  const node = element("img", { src: address, alt: model.get("_text") });
  return { node, done: () => URL.revokeObjectURL(address) };
}

// Where the kernel is gone there is nobody to tell, and trying would be an error in the console.
function tell(model) {
  const manager = model.widget_manager ?? {};
  const gone = "kernel" in manager && (!manager.kernel || manager.kernel.isDisposed);
  if (!gone) model.save_changes();
}

function element(tag, attributes = {}) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export default { render };
