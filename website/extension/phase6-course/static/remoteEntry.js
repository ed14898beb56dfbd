// Module-federation container, written by hand: gives JupyterLab the plugins of course.js, and course.js the modules
// that JupyterLab shares. Before that, as the first thing in a page, it starts Python, so that both load at once.
(() => {
  const here = new URL('.', document.currentScript.src).href;
  const KERNEL = '@jupyterlite/pyodide-kernel-extension';
  // How long to wait until a service worker is registered, and then until it serves this page: it keeps JupyterLab's scripts
  // while it is being installed, which a slow line takes long to bring.
  const [REGISTERED, SERVING] = [10_000, 120_000];
  let shared;

  /**
   * Register JupyterLite's service worker, so that it serves this page before JupyterLite begins: JupyterLite starts Python
   * without the notebook's folder where there is none yet, and replaces one that it has not noted under its version.
   */
  async function serve({ baseUrl, appVersion }) {
    const { serviceWorker } = navigator;
    const worker = new URL('service-worker.js?enableCache=false', new URL(baseUrl, location.href)).href;
    localStorage.setItem(`${worker}-version`, appVersion);
    const controlled = new Promise(resolve => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
    const { active } = await within(REGISTERED, serviceWorker.register(worker));
    if (!serviceWorker.controller && !active) await within(SERVING, controlled);
  }

  function within(milliseconds, promise) {
    const over = new Promise((_, refuse) => setTimeout(() => refuse(new Error('no service worker in time')), milliseconds));
    return Promise.race([promise, over]);
  }

  /**
   * Load Python in a worker ahead of time, and give JupyterLite that worker when it makes the next one for a kernel.
   * Gives a function that ends a worker that nobody has taken.
   */
  function loadAhead({ litePluginSettings }) {
    const { pyodideUrl, loadPyodideOptions } = litePluginSettings[`${KERNEL}:kernel`];
    const { Worker } = window;
    const start = new URL(pyodideUrl, location.href).href;
    const ahead = new Worker(new URL('early.js', start));
    let waiting = true;
    const give = () => {
      waiting = false;
      window.Worker = Worker;
      return ahead;
    };
    ahead.postMessage({ start, options: { indexURL: new URL('.', start).href, ...loadPyodideOptions } });
    window.Worker = class extends Worker {
      constructor(script, options) {
        if (!`${script}`.includes(`/${KERNEL}/`)) return new Worker(script, options);
        ahead.postMessage({ script: `${script}` });
        return give();
      }
    };
    return () => waiting && give().terminate();
  }

  async function begin() {
    const config = JSON.parse(document.getElementById('jupyter-config-data').textContent);
    await serve(config);
    const channel = new BroadcastChannel('course-python');
    let fraction = 0;
    channel.onmessage = ({ data }) => {
      fraction = data.fraction;
    };
    window.coursePython = {
      loadAhead: () => loadAhead(config),
      /** How far Python had loaded before the first notebook began to listen itself. */
      soFar() {
        channel.close();
        const had = fraction;
        fraction = 0;
        return had;
      },
    };
    if (new URLSearchParams(location.search).get('path')?.endsWith('.ipynb')) loadAhead(config);
  }

  // Without a service worker, as in some private windows, JupyterLite says so itself and goes on.
  const begun = begin().catch(() => {});

  async function module(name) {
    const versions = shared[name];
    if (!versions) throw new Error(`JupyterLab does not share ${name}`);
    const newest = Object.keys(versions).at(-1);
    return (await versions[newest].get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['phase6-course'] = {
    init(scope) {
      shared = scope;
    },
    async get(name) {
      if (name !== './extension') return () => ({});
      const { plugins } = await import(`${here}course.js`);
      const made = await plugins(module);
      await begun;
      return () => ({ __esModule: true, default: made });
    },
  };
})();
