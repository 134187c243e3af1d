// Asks, locks the answer, says what is right, and uncovers what waits for it. Needs no kernel.

function render({ model, el }) {
  const asked = model.get("_choices").length ? choiceOf(model) : numberOf(model);
  const lock = element("button", "Lock my prediction", { type: "button", class: "lrlab-lock" });
  lock.disabled = true;
  const feedback = element("p", "", { class: "lrlab-feedback", "aria-live": "polite" });
  const fields = element("fieldset", "");
  fields.append(element("legend", model.get("_question")), ...asked.labels);
  const root = element("div", "", { class: "lrlab-predict" });
  root.append(fields, lock, feedback);
  el.replaceChildren(root);

  fields.addEventListener("input", () => {
    lock.disabled = !asked.ready();
  });
  const manager = model.widget_manager;
  lock.addEventListener("click", async () => {
    asked.lock();
    tell(model, manager);
    for (const name of model.get("_opens")) {
      const picture = await manager.get_model(name);
      picture.set("covered", false);
      tell(picture, manager);
    }
  });
  const show = () => {
    if (model.get("answer") < 0) return;
    fields.disabled = true;
    lock.hidden = true;
    feedback.textContent = asked.verdict();
  };
  model.on("change:answer", show);
  show();
  return () => model.off("change:answer", show);
}

// One of several choices, shown in the order that Python says.
function choiceOf(model) {
  const name = `lrlab-question-${Math.random().toString(36).slice(2, 10)}`;
  const choices = model.get("_choices");
  const options = choices.map((choice, k) => {
    const label = element("label", "");
    const input = element("input", "", { type: "radio", name, value: k });
    label.append(input, choice.text);
    return { label, input };
  });
  const chosen = () => options.findIndex((each) => each.input.checked);
  return {
    labels: model.get("_order").map((k) => options[k].label),
    ready: () => chosen() >= 0,
    lock: () => model.set("answer", chosen()),
    verdict: () => {
      const answer = model.get("answer");
      options[answer].input.checked = true;
      options.forEach(({ label }, k) => label.classList.toggle("lrlab-right", !!choices[k].right));
      const right = choices.find((choice) => choice.right);
      const verdict = choices[answer].right ? "Yes." : `Not so. The answer is: ${right.text}.`;
      return `${verdict} ${choices[answer].says}`;
    },
  };
}

// A number, right where it is near enough.
function numberOf(model) {
  const label = element("label", "");
  const input = element("input", "", { type: "number", step: "any" });
  label.append("Your number", input);
  return {
    labels: [label],
    ready: () => input.value !== "" && Number.isFinite(input.valueAsNumber),
    lock: () => {
      model.set("guess", input.valueAsNumber);
      model.set("answer", 0);
    },
    verdict: () => {
      const { right, within, says } = model.get("_number");
      const guess = model.get("guess");
      input.value = guess;
      const off = Math.abs(guess - right) / Math.abs(right);
      return `${off <= within ? "Near enough." : "Not so."} You said ${guess}; it is ${right}. ${says}`;
    },
  };
}

// Where the kernel is gone there is nobody to tell, and trying would be an error in the console.
function tell(model, manager) {
  const gone = "kernel" in manager && (!manager.kernel || manager.kernel.isDisposed);
  if (!gone) model.save_changes();
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (tag === "button" || tag === "input") made.setAttribute("data-lm-suppress-shortcuts", "true");
  return made;
}

export default { render };
