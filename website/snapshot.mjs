// node snapshot.mjs FOLDER: starts the Python of FOLDER with all packages of its lock, imports what every lesson imports, and
// writes what a page needs in order to go on from there, so that it neither unpacks nor imports anything:
//   memory.bin  Python's memory, as Pyodide's snapshot, compressed
//   files.bin   files of the packages without the modules that are imported, compressed
//   state.json  where each file lies in files.bin, what Python has open, and where each dynamic library lies in Python's
//               memory and in its table of functions
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = path.resolve(process.argv[2]) + '/';
// Python keeps the program's name, which would be a path of the builder's machine.
process.argv[1] = 'python';
const { packages } = JSON.parse(fs.readFileSync(folder + 'pyodide-lock.json'));
// Explorers are drawn, so that Matplotlib has read its fonts; JupyterLite imports its kernel itself.
const PREPARE = `
import importlib
importlib.invalidate_caches()
import IPython.core.completerlib, IPython.core.shellapp, getpass, jedi, micropip, piplite.piplite, sqlite3
import matplotlib.backends.backend_agg, matplotlib_inline.backend_inline, phase6.explorers
for explorer in phase6.explorers.__all__:
    widget = getattr(phase6.explorers, explorer)()
    widget._repr_mimebundle_()
    widget.close()
del explorer, widget
import gc
gc.collect()
`;
const IMPORTED = `
import sys
[file for module in list(sys.modules.values()) if isinstance(file := getattr(module, "__file__", None), str)]
`;
const { loadPyodide } = await import(pathToFileURL(folder + 'pyodide.mjs').href);
const quiet = { indexURL: folder, stdout() {}, stderr() {} };

/** Contents of all files below a folder of Python's, by path. */
function below(FS, place, found = new Map()) {
  for (const name of FS.readdir(place)) {
    const at = `${place}/${name}`;
    if (name === '.' || name === '..') continue;
    if (FS.isDir(FS.stat(at).mode)) below(FS, at, found);
    else found.set(at, FS.readFile(at));
  }
  return found;
}

/** Names of the properties that lead to an object of Pyodide's. */
function pathTo(wanted, api) {
  for (const names of [[], ['public_api'], ['packageManager']]) {
    const holder = names.reduce((outer, name) => outer[name], api);
    const found = Object.getOwnPropertyNames(holder ?? {}).find(name => holder[name] === wanted);
    if (found) return [...names, found];
  }
  throw new Error(`Python holds an object of the page that cannot be found again: ${wanted}`);
}

// One Python unpacks the packages, so that the other's memory holds nothing of their archives.
const unpacking = await loadPyodide(quiet);
await unpacking.loadPackage(Object.keys(packages), { messageCallback() {} });
const loadedPackages = { ...unpacking.loadedPackages };
const files = below(unpacking.FS, unpacking._api.sitepackages);

const python = await loadPyodide({ ...quiet, _makeSnapshot: true });
const { FS, _module: module, _api: api } = python;
for (const [at, content] of files) {
  FS.mkdirTree(path.posix.dirname(at));
  FS.writeFile(at, content);
}
const home = FS.cwd();
const libraries = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (code, imports) {
  if ('GOT.mem' in imports) {
    const [name, { global }] = Object.entries(module.LDSO.loadedLibsByName).findLast(([, { exports }]) => exports === 'loading');
    const { __memory_base: memoryBase, __table_base: tableBase } = imports.env;
    libraries.push({ name, global, memoryBase, tableBase });
  }
  return new Instance(code, imports);
};
Object.assign(python.loadedPackages, loadedPackages);
python.runPython(PREPARE);
const handles = new Map(Object.entries(module.LDSO.loadedLibsByHandle).map(([handle, { name }]) => [name, Number(handle)]));
for (const library of libraries) library.handle = handles.get(library.name);
const imported = new Set(python.runPython(IMPORTED).toJs());

// Pyodide takes no snapshot while packages are noted as loaded; start.js notes them again.
for (const name of Object.keys(python.loadedPackages)) delete python.loadedPackages[name];
const memory = python.makeMemorySnapshot({ serializer: held => pathTo(held, api) });

const folders = FS.readdir(home).filter(name => !/^\.\.?$/.test(name)).map(name => `${home}/${name}`);
const places = [];
const parts = [];
let end = 0;
for (const [at, content] of files) {
  if (at.endsWith('.pyc') && !at.includes('/__pycache__/') && imported.has(at)) continue;
  places.push([at, end, content.length]);
  parts.push(content);
  end += content.length;
}
const open = FS.streams.filter(stream => stream?.fd > 2).map(({ fd, path: at, flags, position }) => ({ fd, at, flags, position }));
const packed = { 'memory.bin': memory, 'files.bin': Buffer.concat(parts) };
const sizes = Object.fromEntries(Object.entries(packed).map(([name, content]) => [name, content.length]));
const state = { files: places, folders, open, libraries, table: module.wasmTable.length, loadedPackages, sizes };
for (const [name, content] of Object.entries(packed)) fs.writeFileSync(folder + name, gzipSync(content, { level: 7 }));
fs.writeFileSync(folder + 'state.json', JSON.stringify(state));
process.exit(0);
