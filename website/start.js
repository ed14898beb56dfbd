// What the kernel's worker loads as Pyodide: goes on from the snapshot that snapshot.mjs made when the site was built, and
// tells the page how far it is.
{
  const CHANNEL = 'course-python';
  const FETCHED = 0.7;
  const STARTED = 0.9;
  const HANDLE_SIZE = 64;
  const REST = 2 ** 21;
  const WHEN_USED = 10_000;
  // What must not be as it was when the site was built.
  const RENEW = `
import random
import numpy
random.seed()
numpy.random.seed()
`;
  const channel = new BroadcastChannel(CHANNEL);
  const tell = fraction => channel.postMessage({ fraction });

  function countFetches(expected) {
    const original = self.fetch;
    let seen = 0;
    self.fetch = async (...what) => {
      const answer = await original(...what);
      seen += 1;
      tell(Math.min(1, seen / expected) * FETCHED);
      return answer;
    };
    return () => {
      self.fetch = original;
    };
  }

  /** The module at an address, also from a server that gives it another type. */
  async function compiledFrom(url) {
    const answer = await fetch(url);
    const typed = answer.headers.get('Content-Type')?.startsWith('application/wasm');
    return typed ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer());
  }

  /** Load the dynamic libraries of the snapshot to where its memory and its table of functions have them. */
  async function loadLibraries(module, { libraries, table }, compiled) {
    const handle = module.getMemory(HANDLE_SIZE);
    // What libraries allocate here must not lie where another's data goes. The snapshot replaces all of it.
    module._emscripten_builtin_malloc(module.HEAP8.length - handle - REST);
    for (const [index, library] of libraries.entries()) {
      const { name, global, memoryBase, tableBase } = library;
      module.HEAP8[handle + 8] = 1;
      module.HEAPU32[(handle + 12) >> 2] = memoryBase;
      module.HEAPU32[(handle + 20) >> 2] = tableBase;
      const loaded = module.newDSO(name, library.handle, 'loading');
      const scope = {};
      loaded.global = global;
      loaded.exports = await module.loadWebAssemblyModule(await compiled[index], { global, nodelete: true, loadAsync: true, allowUndefined: true }, name, scope, handle);
      if (global) module.mergeLibSymbols(loaded.exports, name);
    }
    if (module.wasmTable.length !== table) throw new Error("Python's libraries are not as they were when the site was built");
  }

  /** Give Python's file system the packages' files without copying them, and open again what Python had open. */
  function addFiles(FS, files, { folders, open }) {
    for (const folder of [...folders, ...new Set([...files.keys()].map(path => path.slice(0, path.lastIndexOf('/'))))]) FS.mkdirTree(folder);
    for (const [path, content] of files) FS.writeFile(path, content, { canOwn: true });
    for (const { fd, at, flags, position } of open) {
      const stream = FS.open(at, flags);
      FS.closeStream(stream.fd);
      FS.createStream(Object.assign(stream, { position }), fd);
    }
  }

  async function load({ fetches, packages, ...options }) {
    tell(0.01);
    const stop = countFetches(fetches);
    const { indexURL } = options;
    const tasks = [];
    const later = task => tasks.push(task);
    const core = compiledFrom(`${indexURL}pyodide.asm.wasm`);
    const state = fetch(`${indexURL}state.json`).then(answer => answer.json());
    importScripts(`${indexURL}kept.js`);
    const [memory, files] = ['memory.bin', 'files.bin'].map(async name =>
      self.coursePython.read(indexURL + name, (await state).sizes[name], later),
    );
    importScripts(`${indexURL}pyodide.js`, `${indexURL}pyodide.asm.js`);
    const create = self._createPyodideModule;
    let module;
    self._createPyodideModule = async settings => {
      const [known, packed, code] = await Promise.all([state, files, core]);
      const content = new Map(known.files.map(([path, at, size]) => [path, packed.subarray(at, at + size)]));
      const compiled = known.libraries.map(({ name }) => WebAssembly.compile(content.get(name)));
      const instantiateWasm = (imports, receive) => {
        void WebAssembly.instantiate(code, imports).then(instance => receive(instance, code));
        return {};
      };
      module = await create(Object.assign(settings, { instantiateWasm }));
      addFiles(module.FS, content, known);
      await loadLibraries(module, known, compiled);
      const expected = module.API.getExpectedKeys;
      module.API.getExpectedKeys = () => [...expected().slice(0, -1), module.API.public_api.loadedPackages];
      return module;
    };
    const pyodide = await self.loadPyodide({
      ...options,
      _loadSnapshot: memory,
      _snapshotDeserializer: path => path.reduce((holder, name) => holder[name], module.API),
    });
    stop();
    tell(FETCHED);
    Object.assign(pyodide.loadedPackages, (await state).loadedPackages);
    pyodide.runPython(RENEW, { globals: pyodide.toPy({}) });
    tell(STARTED);
    channel.close();
    setTimeout(() => tasks.forEach(task => task()), WHEN_USED);
    return pyodide;
  }

  // early.js has begun already, and JupyterLite's kernel asks again.
  self.loadPyodide = options => (self.loadedPython ??= load(options));
}
