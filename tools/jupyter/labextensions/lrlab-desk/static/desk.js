// Makes JupyterLab keep widgets as a notebook keeps its text: saved as they are seen, alive when
// opened. By itself it saves only those that a running kernel knows, and waits for a busy kernel.
// A prebuilt extension written by hand: what JupyterLab asks for stands at the end.

const MANAGER = "@jupyter-widgets/jupyterlab-manager";
const STATE = "application/vnd.jupyter.widget-state+json";
const PATIENCE = 300; // ms that a kernel has to say which widgets it knows
const STYLE = `
  /* The names of notebooks are read whole in the side bar. */
  body { --jp-sidebar-min-width: clamp(250px, 24vw, 300px); }
  /* Ours need no kernel, so no sign warns that there is none. */
  .jupyter-widgets-disconnected:has(.lrlab-flipbook, .lrlab-predict)::before { display: none; }
`;

async function activate() {
  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
  const { WidgetManager } = (await window._JUPYTERLAB[MANAGER].get("./index"))();
  const { get_state_sync, register_model, restoreWidgets } = WidgetManager.prototype;

  // Only what has a comm is saved; so for this moment everything has.
  WidgetManager.prototype.get_state_sync = function (options) {
    const mute = [...this._modelsSync.values()].filter((model) => !model.comm_live);
    const pretend = (live) => mute.forEach((model) => (model._comm_live = live));
    pretend(true);
    try {
      return get_state_sync.call(this, options);
    } finally {
      pretend(false);
    }
  };

  // A slider that was moved is worth saving; a notebook that was only opened is not.
  WidgetManager.prototype.register_model = function (id, promise) {
    const { dirty } = this.context.model;
    register_model.call(this, id, promise);
    if (this.opening) this.context.model.dirty = dirty;
    promise.then((model) => model.on("change", () => this.opening || this.setDirty()));
  };

  WidgetManager.prototype.restoreWidgets = async function (notebook, sources) {
    this.opening = true;
    this._modelsSync.forEach(sayAgain);
    if (sources === undefined) heedReverts(this);
    try {
      const restored = restoreWidgets.call(this, notebook, sources);
      await Promise.race([restored, new Promise((done) => setTimeout(done, PATIENCE))]);
      if (!this.restoredStatus) {
        await restoreAlone(this, notebook);
        this.opening = false; // A kernel may stay busy for long.
        await restored;
        await connect(this);
      }
    } finally {
      this.opening = false;
    }
  };
}

// A connection that is cut may swallow what Python was told, or the answer that this waits for.
function sayAgain(model) {
  if (!model.comm_live) return;
  const waiting = [...model._expectedEchoMsgIds.keys(), ...Object.keys(model._msg_buffer ?? {})];
  model._expectedEchoMsgIds.clear();
  model._pending_msgs = 0;
  model._msg_buffer = null;
  if (waiting.length) model.save(model.pick(waiting), { patch: true });
}

// A notebook that goes back to what the disk has, as another tab saved it, takes its widgets along.
function heedReverts(manager) {
  const { context } = manager;
  const { revert } = context;
  context.revert = async function () {
    await revert.call(this);
    const saved = this.model.getMetadata("widgets")?.[STATE];
    manager.opening = true;
    try {
      if (saved) await manager.set_state(saved);
    } finally {
      manager.opening = false;
    }
  };
}

// Restores what the notebook holds while the kernel is silent.
async function restoreAlone(manager, notebook) {
  manager._get_comm_info = async () => ({});
  try {
    await manager._loadFromNotebook(notebook);
  } finally {
    delete manager._get_comm_info;
  }
  manager._restored.emit();
}

// Connects what was restored alone with the kernel, once that has said what it knows.
async function connect(manager) {
  if (!manager.kernel) return;
  for (const id of Object.keys(await manager._get_comm_info())) {
    if (!manager.has_model(id)) continue;
    const model = await manager.get_model(id);
    if (model.comm) continue;
    model.comm = await manager._create_comm(manager.comm_target_name, id);
    model.comm.on_close(model._handle_comm_closed.bind(model));
    model.comm.on_msg(model._handle_comm_msg.bind(model));
    model.comm_live = true;
  }
}

const plugin = { id: "lrlab-desk:plugin", autoStart: true, activate };
window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB["lrlab-desk"] = {
  init: () => {},
  get: async () => () => ({ __esModule: true, default: plugin }),
};
