// A worker that loads Python before JupyterLite asks for it, and then becomes JupyterLite's kernel.
self.onmessage = ({ data: { start, options, script } }) => {
  if (start) {
    importScripts(start);
    void self.loadPyodide(options);
  } else {
    self.onmessage = null;
    importScripts(script);
  }
};
