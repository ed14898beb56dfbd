// node prepare.mjs FOLDER: what Python would find out anew at every start, as JSON {path: content}: Matplotlib's list of fonts.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(process.argv[2]) + '/';
const { loadPyodide } = await import(pathToFileURL(folder + 'pyodide.mjs').href);
const quiet = { stdout() {}, stderr() {} };
const pyodide = await loadPyodide({ indexURL: folder, ...quiet });
await pyodide.loadPackage('matplotlib', { messageCallback() {} });
const found = pyodide.runPython(`
import json
import pathlib
from matplotlib import font_manager

path = pathlib.Path(font_manager.__file__).with_name("fontlist.json")
json.dumps({str(path): path.read_text()})
`);
process.stdout.write(found);
