// One zip file of all exercises, in the folders that nbgrader's zip_collect and `proctor collect` expect:
// STUDENT/ASSIGNMENT/NOTEBOOK.ipynb, with the time in timestamp.txt.
import { download, sources } from './work.js';
import { zip } from './zip.js';

const REMEMBERED = 'course-student';
const MARK = 'course';
const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9._@-]*$/;

/** A notebook as a grader takes it: without the site's own marks. */
export function plain(content) {
  const notebook = structuredClone(content);
  delete notebook.metadata[MARK];
  notebook.metadata.kernelspec = { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' };
  for (const cell of notebook.cells) {
    delete cell.metadata[MARK];
    delete cell.metadata.trusted;
  }
  return notebook;
}

/** The archive's files by name, for notebooks by path. */
export function submission(student, assignment, notebooks, now = new Date()) {
  const folder = `${student}/${assignment}`;
  const files = {};
  for (const [path, content] of Object.entries(notebooks)) {
    files[`${folder}/${path.split('/').at(-1)}`] = `${JSON.stringify(plain(content), null, 1)}\n`;
  }
  files[`${folder}/timestamp.txt`] = `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC\n`;
  return files;
}

/** Ask for the student's name and download the archive; a notebook that is open is taken as it stands on the page. */
export async function handIn({ app, tracker, course, apputils: { Dialog, showDialog }, Widget }) {
  const open = Object.fromEntries(opened(tracker).map(({ context }) => [context.localPath, context.model.toJSON()]));
  const notebooks = {};
  for (const path of Object.keys(course.notebooks).filter(path => path.startsWith(`${course.place}/`))) {
    notebooks[path] = open[path] ?? (await app.serviceManager.contents.get(path, { content: true })).content;
  }
  const form = question(notebooks);
  const body = new Widget({ node: form.node });
  body.getValue = () => form.input.value.trim();
  for (;;) {
    const answer = await showDialog({
      title: 'Hand in',
      body,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Make the zip file' })],
      focusNodeSelector: 'input',
    });
    if (!answer.button.accept) return;
    const student = answer.value;
    if (ALLOWED.test(student)) {
      const files = submission(student, course.assignment, notebooks);
      download(`${course.assignment}-${student}.zip`, zip(files), 'application/zip');
      remember(student);
      return;
    }
    form.complaint.textContent = `“${student}” cannot be a file's name; letters, digits, dot, dash, _ and @ can.`;
  }
}

/** The name that was given last; "" where the browser keeps none. */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? '';
  } catch {
    return '';
  }
}

function remember(student) {
  try {
    localStorage.setItem(REMEMBERED, student);
  } catch {
    // Full or switched off: the name is asked for again next time.
  }
}

function opened(tracker) {
  const panels = [];
  tracker.forEach(panel => panel.context.isReady && panels.push(panel));
  return panels;
}

function question(notebooks) {
  const node = document.createElement('div');
  node.className = 'course-form';
  const label = document.createElement('label');
  label.textContent = 'Your user name, as your instructor knows it ';
  const input = Object.assign(document.createElement('input'), { value: remembered() });
  label.append(input);
  const complaint = Object.assign(document.createElement('p'), { className: 'course-complaint' });
  complaint.setAttribute('role', 'alert');
  const list = document.createElement('ul');
  for (const [path, content] of Object.entries(notebooks)) {
    const begun = sources(content) !== content.metadata[MARK]?.sources;
    list.append(Object.assign(document.createElement('li'), {
      textContent: `${path.split('/').at(-1)}: ${begun ? 'with your answers' : 'nothing written yet'}`,
    }));
  }
  const say = Object.assign(document.createElement('p'), {
    textContent: 'The file goes to your downloads. Upload it where your course collects work.',
  });
  node.append(label, complaint, list, say);
  return { node, input, complaint };
}
