// Files of Python that are unpacked once and kept in the page's private storage, where they are read faster than the browser
// unpacks them. Loaded by start.js; as a worker of its own it keeps the files of its folder and says so.
{
  const FOLDER = 'course-python';
  const here = new URL('.', self.location).href;

  /** The private folder of the Python at an address, without those of earlier releases. */
  async function folderOf(url) {
    const version = url.split('/').at(-2);
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle(FOLDER, { create: true });
    for await (const name of all.keys()) if (name !== version) await all.removeEntry(name, { recursive: true });
    return all.getDirectoryHandle(version, { create: true });
  }

  async function unpacked(url) {
    const answer = await fetch(url);
    return new Uint8Array(await new Response(answer.body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  }

  /** The content of a file that is kept; null where it is not, as in some private windows. */
  async function kept(url, name, size) {
    try {
      const file = await (await folderOf(url)).getFileHandle(name);
      const handle = await file.createSyncAccessHandle({ mode: 'read-only' });
      try {
        const content = new Uint8Array(handle.getSize());
        return handle.read(content) === size ? content : null;
      } finally {
        handle.close();
      }
    } catch {
      return null;
    }
  }

  /** Keep a file's content as a whole or not at all. */
  async function keep(url, name, content) {
    const file = await (await folderOf(url)).getFileHandle(name, { create: true });
    const writable = await file.createWritable();
    await writable.write(content);
    await writable.close();
  }

  /** The unpacked file at an address; `later` is given what keeps it, where it was not kept. */
  async function read(url, size, later) {
    const name = url.split('/').at(-1);
    const found = await kept(url, name, size);
    if (found) return found;
    const content = await unpacked(url);
    later(() => keep(url, name, content).catch(() => {}));
    return content;
  }

  self.coursePython = { read };
  /** As a worker of its own: keep all files of this folder. */
  async function keepAll() {
    const { sizes } = await (await fetch(`${here}state.json`)).json();
    const tasks = [];
    for (const [name, size] of Object.entries(sizes)) await read(here + name, size, task => tasks.push(task));
    await Promise.all(tasks.map(task => task()));
  }

  if (self.location.pathname.endsWith('/kept.js')) void keepAll().finally(() => self.postMessage('done'));
}
