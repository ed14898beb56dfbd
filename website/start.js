// What the kernel's worker loads as Pyodide: tells the page how far Python has loaded, and imports what every lesson
// imports before the notebook's folder is mounted, where each import would be looked for through the page.
{
  const CHANNEL = 'course-python';
  const PREPARE = 'import phase6.explorers, matplotlib.backends.backend_agg, matplotlib_inline.backend_inline';
  const FILES_PART = 0.45;
  const UNPACKED = 0.7;
  const IMPORTED = 0.9;
  const channel = new BroadcastChannel(CHANNEL);
  const tell = fraction => channel.postMessage({ fraction });

  function countFetches(expected) {
    const original = self.fetch;
    let seen = 0;
    self.fetch = async (...what) => {
      const answer = await original(...what);
      seen += 1;
      tell(Math.min(1, seen / expected) * FILES_PART);
      return answer;
    };
    return () => {
      self.fetch = original;
    };
  }

  async function load(options) {
    const { fetches, ...rest } = options;
    tell(0.01);
    const stop = countFetches(fetches);
    importScripts(`${options.indexURL}pyodide.js`);
    const prepared = fetch(`${options.indexURL}prepared.json`).then(answer => answer.json());
    const pyodide = await self.loadPyodide(rest);
    stop();
    for (const [path, content] of Object.entries(await prepared)) {
      pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
      pyodide.FS.writeFile(path, content);
    }
    tell(UNPACKED);
    await pyodide.runPythonAsync(PREPARE);
    tell(IMPORTED);
    channel.close();
    return pyodide;
  }

  // early.js has begun already, and JupyterLite's kernel asks again.
  self.loadPyodide = options => (self.loadedPython ??= load(options));
}
