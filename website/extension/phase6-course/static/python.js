// Python in a notebook's page: how far it has loaded, explorers that run without a click, and a restart.

const CHANNEL = 'course-python';
const MARK = 'course';
const NEAR = '300px';
const PYTHON = 'python';
const MAY_FAIL = 'raises-exception';
const LONG = 4000;
const KERNEL = 0.95;

/** A short hash of a text, the same as the builder's. */
export function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

/** Wait until a kernel has nothing to do: only then has Python loaded. */
function idle(kernel) {
  return new Promise(resolve => {
    const look = () => {
      if (kernel.status !== 'idle') return;
      kernel.statusChanged.disconnect(look);
      resolve();
    };
    kernel.statusChanged.connect(look);
    look();
  });
}

/**
 * Let Run All go on past a cell that may fail, which JupyterLab marks with a tag: JupyterLite's kernels forget all cells that
 * wait as soon as a reply says that one has failed. The error itself is shown all the same.
 */
export function letCellsFail(specs) {
  const tolerant = new WeakSet();
  const change = () => {
    const make = specs.factories.get(PYTHON);
    if (!make || tolerant.has(make)) return;
    const changed = async options => {
      const kernel = await make(options);
      const execute = kernel.executeRequest.bind(kernel);
      kernel.executeRequest = async content => {
        const mayFail = kernel.parent?.metadata?.tags?.includes(MAY_FAIL);
        const reply = await execute(content);
        return mayFail && reply.status === 'error' ? { ...reply, status: 'ok' } : reply;
      };
      return kernel;
    };
    tolerant.add(changed);
    specs.factories.set(PYTHON, changed);
  };
  specs.changed.connect(change);
  change();
}

/** While a cell runs long, load a second Python beside it: a restart, which ends an endless loop, then has it at once. */
function keepSpare(sessionContext) {
  let timer;
  let end = () => {};
  sessionContext.statusChanged.connect((_, status) => {
    clearTimeout(timer);
    if (status === 'idle') end();
    if (status === 'busy') {
      timer = setTimeout(() => {
        end();
        end = window.coursePython?.loadAhead() ?? end;
      }, LONG);
    }
  });
}

/** Start Python for a notebook; gives what can be done with it. */
export function startPython({ panel, line, notebook: { NotebookActions } }) {
  const { sessionContext } = panel;
  const cells = panel.content;
  const channel = new BroadcastChannel(CHANNEL);
  let loading = true;
  let furthest = window.coursePython?.soFar() ?? 0;
  let ran = new Set();
  let turn = Promise.resolve();

  function advance(fraction) {
    if (!loading) return;
    furthest = Math.max(furthest, fraction);
    line.progress('Python is loading', furthest);
  }
  channel.onmessage = ({ data }) => advance(data.fraction);
  panel.disposed.connect(() => channel.close());
  line.progress('Python is loading', furthest);

  const explorers = () => cells.widgets.filter(cell => cell.model.getMetadata(MARK)?.explorer);

  /** Cells that an explorer needs and that are as they were given out; null when one was changed or is gone. */
  function needed(explorer) {
    const wanted = Object.entries(explorer.model.getMetadata(MARK).explorer);
    const found = wanted.map(([id, hash]) =>
      cells.widgets.find(cell => cell.model.id === id && fingerprint(cell.model.sharedModel.source) === hash),
    );
    return found.every(Boolean) ? found : null;
  }

  /** Run an explorer and what it needs, after whatever is being run already. */
  function run(explorer) {
    if (ran.has(explorer)) return turn;
    ran.add(explorer);
    const now = ran;
    turn = turn.then(async () => {
      const all = needed(explorer);
      if (now !== ran || !all) return;
      const fresh = all.filter(cell => cell === explorer || !now.has(cell));
      fresh.forEach(cell => now.add(cell));
      await NotebookActions.runCells(cells, fresh, sessionContext);
    });
    return turn;
  }

  const watcher = new IntersectionObserver(
    seen => {
      for (const { target, isIntersecting } of seen) {
        const explorer = explorers().find(cell => cell.node === target);
        if (isIntersecting && explorer && !loading) void run(explorer);
      }
    },
    { rootMargin: NEAR },
  );
  panel.disposed.connect(() => watcher.disconnect());

  async function begin() {
    await sessionContext.ready;
    const kernel = sessionContext.session?.kernel;
    if (!kernel) return;
    // A kernel answers only after Python has started.
    void kernel.info.then(() => advance(KERNEL), () => {});
    const [first] = explorers();
    await (first ? run(first) : idle(kernel));
    loading = false;
    line.done();
    panel.node.dataset.python = 'ready';
    for (const explorer of explorers()) watcher.observe(explorer.node);
  }

  async function restart() {
    loading = true;
    furthest = 0;
    ran = new Set();
    turn = Promise.resolve();
    watcher.disconnect();
    delete panel.node.dataset.python;
    line.progress('Python starts again', 0);
    await sessionContext.restartKernel();
    await begin();
  }

  keepSpare(sessionContext);
  const begun = begin();
  return { begun, restart };
}
