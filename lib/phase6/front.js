// What the course's widgets share. _front.py puts this text before that of each module.

/** An element with properties (`class`, `text`, `on...`, attributes) and children. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Set a text or an attribute only when it differs, so that nothing is drawn or read out for nothing. */
const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };
const mark = (element, name, value) => { if (element.getAttribute(name) !== value) element.setAttribute(name, value); };

let serial = 0;
const newId = () => `phase6-${Date.now().toString(36)}-${serial++}`;

/** Keep key presses from a notebook, whose shortcuts would take the arrow keys away; but not those that run the cell. */
function keepKeys(root) {
  for (const field of root.querySelectorAll("input, select, button, summary, pre")) {
    field.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  root.addEventListener("keydown", (event) => {
    if (!(event.key === "Enter" && (event.shiftKey || event.ctrlKey))) event.stopPropagation();
  });
}

/** A number as a control shows it. */
export function written(value, { digits, percent }) {
  const text = percent ? `${(100 * value).toFixed(digits)} %` : value.toFixed(digits);
  return text.replace("-", "−");
}

/** What a typed text means to a control ("1.5", "1,5" and "1.5 %" are 0.015 in a percent box); null if it is no number. */
export function understood(text, { percent }) {
  const digits = text.trim().replace("−", "-").replace(",", ".").replace(/\s*%$/, "");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(digits)) return null;
  return Number((percent ? Number(digits) / 100 : Number(digits)).toFixed(10));
}

