// Nothing of a student's work is lost: it is saved as it is typed, a full storage is told, and a new release of the
// course stands beside the student's copy instead of replacing it.
import { fingerprint } from './python.js';

const MARK = 'course';
const PAUSE = 600;

/** A notebook's text, in one hash: what is written in its cells, not what they printed. */
export function sources(content) {
  const text = cell => (Array.isArray(cell.source) ? cell.source.join('') : cell.source);
  return fingerprint(content.cells.map(cell => `${cell.cell_type}\n${text(cell)}\0`).join(''));
}

/** Give a notebook's content to the reader as a file. */
export function download(name, parts, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The notebook as it is given out now. */
async function released(root, path) {
  const answer = await fetch(new URL(`files/${path}`, root), { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${path} could not be fetched: ${answer.status}`);
  return answer.json();
}

/** A path beside another, with some words added to its name. */
function beside(path, words) {
  return path.replace(/\.ipynb$/, ` (${words}).ipynb`);
}

/** Fail where the storage has no room for the notebook, before JupyterLab does with a dialog. */
async function tryRoom(contents, context) {
  const path = beside(context.localPath, 'room');
  await contents.save(path, { type: 'notebook', format: 'json', content: context.model.toJSON() });
  await contents.delete(path);
}

/** Save a notebook's changes soon after they are made. */
export function saveAsTyped({ app, panel, line }) {
  const { context } = panel;
  const name = context.localPath.split('/').at(-1);
  const { contents } = app.serviceManager;
  let timer, busy, again, full, saved;

  async function save() {
    clearTimeout(timer);
    if (busy || saved) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    try {
      if (full) await tryRoom(contents, context);
      await context.save();
      full = false;
      line.unsay('full');
    } catch {
      full = true;
      const since = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
      line.say('full', `This browser could not keep your work of ${since}: its storage may be full. Download it now.`, {
        'Download this notebook': () =>
          download(name, [JSON.stringify(context.model.toJSON(), null, 1)], 'application/x-ipynb+json'),
        'Try again': save,
      });
    } finally {
      busy = false;
    }
    if (again) soon();
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }
  const leave = () => context.model.dirty && void save();
  const ask = () => void navigator.storage?.persist?.();

  // JupyterLab takes two saves at once for another's, and would ask which is to stay.
  context.saveState.connect((_, state) => {
    saved = state === 'started' && !busy;
    if (state !== 'started' && !busy && again) soon();
  });
  context.model.contentChanged.connect(soon);
  context.model.contentChanged.connect(function first() {
    context.model.contentChanged.disconnect(first);
    ask();
  });
  document.addEventListener('visibilitychange', leave);
  addEventListener('pagehide', leave);
  panel.disposed.connect(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', leave);
    removeEventListener('pagehide', leave);
  });
}

/** Where the student's copy is of an earlier release: take the new one if the text is untouched, else put it beside. */
export async function offerRelease(site) {
  try {
    await takeRelease(site);
  } catch (error) {
    site.line.say(
      'release',
      `The course has a new release of this notebook, which could not be put beside yours (${error.message}). Yours stays as it is.`,
      { 'Try again': () => offerRelease(site) },
    );
  }
}

async function takeRelease({ app, root, panel, line, course }) {
  const { context } = panel;
  const path = context.localPath;
  const mine = context.model.toJSON();
  const now = course.notebooks[path].release;
  const had = mine.metadata[MARK];
  if (had?.release === now) return;
  const { contents } = app.serviceManager;
  if (had && sources(mine) === had.sources) {
    await contents.delete(path);
    await context.revert();
    return;
  }
  const other = beside(path, `new release ${now.slice(0, 6)}`);
  const there = await contents.get(other, { content: false }).catch(() => null);
  if (!there) {
    await contents.save(other, { type: 'notebook', format: 'json', content: await released(root, path) });
  }
  line.say('release', 'The course has a new release of this notebook. Your copy stays as it is; the new one is beside it.', {
    'Open the new one': () => app.commands.execute('docmanager:open', { path: other }),
  });
}

/** Put a notebook back to what was given out; asks first, and keeps the student's text beside it. */
export async function resetNotebook({ app, panel, apputils: { Dialog, showDialog }, course }) {
  const { context } = panel;
  const path = context.localPath;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-').replace('T', ' ');
  const kept = beside(path, `before reset ${stamp}`);
  const answer = await showDialog({
    title: 'Reset this notebook?',
    body: `It goes back to “${course.notebooks[path].title}” as it was given out. What you wrote is kept as “${kept.split('/').at(-1)}”.`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Reset' })],
    defaultButton: 0,
  });
  if (!answer.button.accept) return;
  const { contents } = app.serviceManager;
  await contents.save(kept, { type: 'notebook', format: 'json', content: context.model.toJSON() });
  await contents.delete(path);
  await context.revert();
}
