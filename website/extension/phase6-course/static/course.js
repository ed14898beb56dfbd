// The course's part of JupyterLab and Notebook: on every notebook that opens, a line that tells how far Python has
// loaded, explorers that run by themselves, and buttons to restart Python, to reset the notebook and to hand in.
import { addStyle, Line } from './line.js';
import { letCellsFail, startPython } from './python.js';
import { offerRelease, resetNotebook, saveAsTyped } from './work.js';
import { handIn } from './handin.js';

const WIDGET = 'application/vnd.jupyter.widget-view+json';
const BACK = '<p><em>Run this cell (Shift+Enter) to bring back what it showed. A guess is kept.</em></p>';
const SHARED = ['@jupyterlab/notebook', '@jupyterlab/apputils', '@lumino/widgets', '@jupyterlab/coreutils', '@jupyterlite/kernel'];

/** The plugins, made with the modules that JupyterLab shares. */
export async function plugins(module) {
  const [notebook, apputils, widgets, coreutils, kernels] = await Promise.all(SHARED.map(module));
  addStyle(new URL('course.css', import.meta.url).href);
  const root = coreutils.PageConfig.getBaseUrl();
  const course = fetch(new URL('course.json', root), { cache: 'no-cache' }).then(answer => {
    if (!answer.ok) throw new Error(`course.json: ${answer.status}`);
    return answer.json();
  });

  return [
    {
      id: 'phase6-course:course',
      autoStart: true,
      requires: [notebook.INotebookTracker, kernels.IKernelSpecs],
      activate(app, tracker, specs) {
        letCellsFail(specs);
        const site = { app, root, tracker, notebook, apputils, Widget: widgets.Widget };
        tracker.widgetAdded.connect((_, panel) => {
          void open({ ...site, panel, line: new Line(panel, widgets.Widget) }, course);
        });
        app.commands.addCommand('course:hand-in', {
          label: 'Hand in',
          execute: async () => handIn({ ...site, course: await course }),
        });
      },
    },
  ];
}

/** Set up a notebook that has just been opened. */
async function open(here, promised) {
  const { panel, app } = here;
  await panel.context.ready;
  tellWhatIsGone(panel);
  saveAsTyped(here);
  openGlossary(here);
  const python = startPython(here);
  await toolbarOf(panel);
  keepInOneRow(here);
  addButton(here, 'restart', 'Restart Python', 'Stops what runs and starts Python again; your text stays', python.restart);
  const course = await promised.catch(error => {
    here.line.say('course', `What the course has now could not be asked (${error.message}). Your work is kept; to hand in, open the page again.`);
    return { notebooks: {} };
  });
  const path = panel.context.localPath;
  if (!course.notebooks[path]) return;
  const site = { ...here, course };
  await offerRelease(site);
  addButton(here, 'reset', 'Reset notebook', 'Back to the notebook as it was given out; asks first', () => resetNotebook(site));
  if (path.startsWith(`${course.place}/`)) {
    const command = () => app.commands.execute('course:hand-in');
    addButton(here, 'hand-in', 'Hand in', 'Makes one zip file of all exercises', command);
    if (new URLSearchParams(location.search).has('hand-in')) await command();
  }
}

/** Python is another after each load of the page: where a cell showed a widget of the one before, say how to bring it back. */
function tellWhatIsGone({ content, context }) {
  const { dirty } = context.model;
  for (const { model } of content.widgets) {
    for (let place = 0; place < (model.outputs?.length ?? 0); place++) {
      const output = model.outputs.get(place).toJSON();
      if (!output.data?.[WIDGET]) continue;
      const { [WIDGET]: gone, ...data } = output.data;
      model.outputs.set(place, { ...output, data: { ...data, 'text/html': BACK } });
    }
  }
  context.model.dirty = dirty;
}

/** Let links to the glossary, which is no notebook, lead to its plain page. */
function openGlossary({ panel, root }) {
  panel.content.node.addEventListener('click', event => {
    const link = event.target.closest?.('a');
    if (!decodeURIComponent(link?.getAttribute('href') ?? '').includes('glossary.md')) return;
    event.preventDefault();
    event.stopPropagation();
    window.open(new URL('read/glossary.html', root));
  }, { capture: true });
}

/** Wait until JupyterLab has filled a notebook's toolbar, so that the buttons stand in the same place and order each time. */
async function toolbarOf(panel) {
  for (let left = 100; left > 0 && ![...panel.toolbar.names()].includes('spacer'); left--) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Have JupyterLab move what does not fit behind “…” whenever the toolbar gets more or longer words: by itself it does so
    only when the window's width changes, and a second row would lie on what is below. */
function keepInOneRow({ panel: { toolbar }, Widget }) {
  const fit = () => toolbar.processMessage(new Widget.ResizeMessage(toolbar.node.clientWidth, toolbar.node.clientHeight));
  new MutationObserver(fit).observe(toolbar.node, { childList: true, subtree: true, characterData: true });
  fit();
}

/** Put a button with words into a notebook's toolbar. */
function addButton({ panel, line, Widget }, name, label, title, action) {
  const button = document.createElement('button');
  button.className = 'course-button';
  button.textContent = label;
  button.title = title;
  button.addEventListener('click', async () => {
    try {
      await action();
    } catch (error) {
      line.say(name, `“${label}” did not work: ${error.message}`);
    }
  });
  const node = document.createElement('div');
  node.append(button);
  panel.toolbar.insertBefore('spacer', `course-${name}`, new Widget({ node })) ||
    panel.toolbar.addItem(`course-${name}`, new Widget({ node }));
}
