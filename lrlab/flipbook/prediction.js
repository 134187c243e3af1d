// Asks, locks the answer, says what is right, and uncovers the picture. Needs no kernel.

function render({ model, el }) {
  const name = `lrlab-question-${Math.random().toString(36).slice(2, 10)}`;
  const choices = model.get("_choices");
  const options = choices.map((choice, k) => optionOf(name, choice, k));
  const lock = element("button", "Lock my prediction", { type: "button", class: "lrlab-lock" });
  lock.disabled = true;
  const feedback = element("p", "", { class: "lrlab-feedback", "aria-live": "polite" });
  const fields = element("fieldset", "");
  fields.append(element("legend", model.get("_question")), ...options.map((each) => each.label));
  const root = element("div", "", { class: "lrlab-predict" });
  root.append(fields, lock, feedback);
  el.replaceChildren(root);

  const chosen = () => options.findIndex((each) => each.input.checked);
  fields.addEventListener("change", () => {
    lock.disabled = false;
  });
  const manager = model.widget_manager;
  lock.addEventListener("click", async () => {
    model.set("answer", chosen());
    tell(model, manager);
    if (!model.get("_opens")) return;
    const picture = await manager.get_model(model.get("_opens"));
    picture.set("covered", false);
    tell(picture, manager);
  });
  const show = () => {
    const answer = model.get("answer");
    if (answer < 0) return;
    options[answer].input.checked = true;
    fields.disabled = true;
    lock.hidden = true;
    const right = choices.find((choice) => choice.right);
    const verdict = choices[answer].right ? "Yes." : `Not so. The answer is: ${right.text}.`;
    feedback.textContent = `${verdict} ${choices[answer].says}`;
    options.forEach(({ label }, k) => label.classList.toggle("lrlab-right", !!choices[k].right));
  };
  model.on("change:answer", show);
  show();
  return () => model.off("change:answer", show);
}

// Where the kernel is gone there is nobody to tell, and trying would be an error in the console.
function tell(model, manager) {
  const gone = "kernel" in manager && (!manager.kernel || manager.kernel.isDisposed);
  if (!gone) model.save_changes();
}

function optionOf(name, choice, k) {
  const label = element("label", "");
  const input = element("input", "", { type: "radio", name, value: k });
  input.setAttribute("data-lm-suppress-shortcuts", "true");
  label.append(input, choice.text);
  return { label, input };
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (tag === "button") made.setAttribute("data-lm-suppress-shortcuts", "true");
  return made;
}

export default { render };
