// node compile.mjs RUNTIME IN OUT [PACKAGE...]: writes every archive of IN to OUT with its modules compiled by the
// Python of RUNTIME. Modules of the packages named keep their source beside the compiled module.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [runtime, source, target, ...withSource] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(path.resolve(runtime), 'pyodide.mjs')).href);
const pyodide = await loadPyodide({ indexURL: path.resolve(runtime) + '/' });
pyodide.mountNodeFS('/in', path.resolve(source));
pyodide.mountNodeFS('/out', path.resolve(target));
pyodide.globals.set('with_source', pyodide.toPy(withSource));
pyodide.runPython(`
import importlib.util
import os
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def compiled(name, source):
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    return _code_to_hash_pyc(code, importlib.util.source_hash(source), False)

for archive in sorted(os.listdir("/in")):
    root = "/lib/python312.zip/" if archive == "python_stdlib.zip" else "/lib/python3.12/site-packages/"
    with zipfile.ZipFile("/in/" + archive) as whole, zipfile.ZipFile("/out/" + archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name in whole.namelist():
            content = whole.read(name)
            folder, _, file = name.rpartition("/")
            if not name.endswith(".py"):
                out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
            elif name.split("/")[0] in with_source:
                out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
                beside = folder + "/__pycache__/" + file.removesuffix(".py") + ".cpython-312.pyc"
                out.writestr(zipfile.ZipInfo(beside), compiled(root + name, content), zipfile.ZIP_DEFLATED)
            else:
                out.writestr(zipfile.ZipInfo(name + "c"), compiled(root + name, content), zipfile.ZIP_DEFLATED)
`);
