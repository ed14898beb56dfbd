// One line above a notebook for what a reader has to know: progress, or a message with buttons.

/** Load a style sheet once. */
export function addStyle(href) {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  document.head.append(link);
}

export class Line {
  constructor(panel, Widget) {
    this.node = part('div', { className: 'course-line' });
    this.node.setAttribute('role', 'status');
    this._progress = part('progress', { max: 1 });
    this._progress.setAttribute('aria-label', 'Python is loading');
    this._text = part('span', {});
    this._working = part('div', { className: 'course-progress', hidden: true });
    this._working.append(this._text, this._progress);
    this.node.append(this._working);
    this._messages = new Map();
    const frame = part('div', { className: 'course-header' });
    frame.append(this.node);
    this._widget = new Widget({ node: frame });
    panel.contentHeader.addWidget(this._widget);
    // Lumino gives a widget no more height than its least one, so that has to follow the content.
    const watcher = new ResizeObserver(() => {
      frame.style.minHeight = `${this.node.offsetHeight}px`;
      panel.contentHeader.fit();
    });
    watcher.observe(this.node);
    panel.disposed.connect(() => watcher.disconnect());
    this._settle();
  }

  /** Say how far something is, from 0 to 1. */
  progress(text, fraction) {
    this._text.textContent = `${text}, ${Math.floor(100 * fraction)} %`;
    this._progress.value = fraction;
    this._working.hidden = false;
    this._settle();
  }

  /** Take the progress away. */
  done() {
    this._working.hidden = true;
    this._settle();
  }

  /** Show a message with buttons ({label: action}) until it is closed; the same name replaces it. */
  say(name, text, actions = {}) {
    this.unsay(name);
    const node = part('div', { className: 'course-message' });
    node.append(part('span', { textContent: text }));
    for (const [label, action] of Object.entries({ ...actions, Close: () => {} })) {
      const button = part('button', { className: 'course-button', textContent: label });
      button.addEventListener('click', () => {
        this.unsay(name);
        void action();
      });
      node.append(button);
    }
    this._messages.set(name, node);
    this.node.append(node);
    this._settle();
  }

  /** Take a message away. */
  unsay(name) {
    this._messages.get(name)?.remove();
    this._messages.delete(name);
    this._settle();
  }

  _settle() {
    this._widget.setHidden(this._working.hidden && this._messages.size === 0);
  }
}

function part(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
