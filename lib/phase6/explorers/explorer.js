// The page's side of an explorer: controls, a live picture, figures, and a tally of many paths.
//
// Python (see _explorer.py) decides everything; here is only what it says shown and what the reader does sent. The
// traits `settings`, `shown` and `tally` change; `page` never does. A move of a control sets `settings`, and the widget
// manager holds further moves back while the kernel is at work, so that a drag makes no queue. The functions of
// front.js stand before this text (see _front.py).

const SLOW = 3000; // milliseconds without an answer after which the page says how to wake the kernel
const QUIET = 700; // milliseconds after the last move at which the figures are read out
const GAP = -32768; // in place of a coordinate: here a line is interrupted

/** A drawing by Matplotlib, of which the named artists move. */
export class Picture {
  constructor(host) {
    this.host = host;
    this.movers = [];
  }

  /** Show a move in a drawing, which is taken over first if it is another one than before. */
  follow(frame, move) {
    if (frame !== this.frame) this.draw(frame);
    this.frame = frame;
    this.move(move);
  }

  /** Take over a drawing (`Frame` in _picture.py). */
  draw({ svg, artists, panels }) {
    const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    for (const part of drawn.querySelectorAll("metadata, style")) part.remove();
    const named = (name) => drawn.querySelector(`[id="${CSS.escape(name)}"]`);
    this.movers = artists.map(([name, kind]) => {
      const group = named(name);
      const part = group.querySelector({ marks: "use", note: "text" }[kind] ?? "path:not(defs *)");
      if (kind === "note") part.removeAttribute("transform");
      group.dataset.artist = name;
      return { name, kind, part, home: part.parentNode };
    });
    this.ticks = panels.map((name) => {
      const axis = named(`ticks-${name}`);
      const drawnTicks = [...axis.children].filter((part) => part.id.startsWith("ytick_"));
      for (const tick of drawnTicks) tick.remove();
      return { name, axis, pattern: drawnTicks[0], shown: [] };
    });
    for (const part of drawn.querySelectorAll("[id]:not(defs *)")) part.removeAttribute("id");
    for (const name of ["width", "height"]) drawn.removeAttribute(name);
    drawn.setAttribute("role", "img");
    drawn.setAttribute("class", "p6-svg");
    this.svg = document.adoptNode(drawn);
    this.host.replaceChildren(this.svg);
  }

  /** Show everything where a `Move` says that it stands. */
  move({ points, lengths, notes, ticks, alt }) {
    const bytes = points.buffer ? new Uint8Array(points.buffer, points.byteOffset, points.byteLength) : new Uint8Array(points);
    const tenths = new Int16Array(bytes.slice().buffer);
    let begin = 0, place = 0;
    for (const mover of this.movers) {
      if (mover.kind === "note") {
        const [x, y, text] = notes[mover.name];
        mark(mover.part, "x", String(x));
        mark(mover.part, "y", String(y));
        say(mover.part, text);
        continue;
      }
      const end = begin + 2 * lengths[place++];
      if (mover.kind === "marks") this.scatter(mover, tenths.subarray(begin, end));
      else mark(mover.part, "d", pathData(tenths.subarray(begin, end), mover.kind === "area"));
      begin = end;
    }
    for (const panel of this.ticks) this.tick(panel, ticks[panel.name]);
    mark(this.svg, "aria-label", alt);
  }

  scatter({ part, home }, tenths) {
    const marks = [];
    for (let i = 0; i < tenths.length; i += 2) {
      if (tenths[i] === GAP) continue;
      const one = part.cloneNode(true);
      one.setAttribute("x", tenths[i] / 10);
      one.setAttribute("y", tenths[i + 1] / 10);
      marks.push(one);
    }
    home.replaceChildren(...marks);
  }

  tick(panel, wanted) {
    if (!panel.pattern || JSON.stringify(panel.shown) === JSON.stringify(wanted)) return;
    const drawnAt = Number(panel.pattern.querySelector("use").getAttribute("y"));
    for (const tick of panel.axis.querySelectorAll(".p6-tick")) tick.remove();
    panel.axis.prepend(...wanted.map(([y, label]) => {
      const tick = panel.pattern.cloneNode(true);
      for (const part of tick.querySelectorAll("[id]:not(defs *)")) part.removeAttribute("id");
      tick.removeAttribute("id");
      tick.setAttribute("class", "p6-tick");
      tick.setAttribute("transform", `translate(0 ${(y - drawnAt).toFixed(2)})`);
      tick.querySelector("text").textContent = label;
      return tick;
    }));
    panel.shown = wanted;
  }
}

/** SVG path data of pairs of tenths. */
export function pathData(tenths, closed) {
  let data = "", command = "M";
  for (let i = 0; i < tenths.length; i += 2) {
    if (tenths[i] === GAP) {
      if (closed && command === "L") data += "Z";
      command = "M";
    } else {
      data += `${command}${tenths[i] / 10} ${tenths[i + 1] / 10}`;
      command = "L";
    }
  }
  return closed && command === "L" ? `${data}Z` : data;
}

/** A table of figures: its rows from `from` to `to`. */
class Figures {
  constructor(host, label) {
    this.host = host;
    this.label = label;
  }

  show({ columns, rows }, from, to) {
    const chosen = rows.slice(from, to);
    const form = JSON.stringify([columns.length, chosen.map(([name]) => name)]);
    if (form !== this.form) {
      this.form = form;
      const heads = columns.map(() => make("th", { scope: "col" }));
      const cells = chosen.map(([, row]) => row.map(() => make("td")));
      const body = chosen.map(([name], k) => make("tr", {}, make("th", { scope: "row", text: name }), ...cells[k]));
      this.cells = [...heads, ...cells.flat()];
      this.host.replaceChildren(
        make("table", { "aria-label": this.label },
          make("thead", {}, make("tr", {}, make("td"), ...heads)), make("tbody", {}, ...body)));
    }
    const texts = [...columns, ...chosen.flatMap(([, row]) => row)];
    this.cells.forEach((cell, k) => say(cell, texts[k].replace(/-(?=\d)/g, "−")));
  }
}

/** A list of options. Each kind of control gives its parts, and a function that shows a value. */
function choice(spec, id, moved) {
  const field = make("select", { id, onchange: () => moved(field.value) },
    ...spec.options.map((option) => make("option", { value: option, text: option })));
  return { parts: [make("label", { for: id, text: spec.label }), field], show: (value) => { field.value = value; } };
}

/** A tick box. */
function tick(spec, id, moved) {
  const field = make("input", { id, type: "checkbox", onchange: () => moved(field.checked) });
  return { parts: [field, make("label", { for: id, text: spec.label })], show: (value) => { field.checked = value; } };
}

/** A number: a slider with a box to type it, or (a counter) a box with two buttons. */
function number(spec, id, moved, complain) {
  const { label, low, high, step } = spec;
  const counter = spec.kind === "counter";
  const text = (value) => (counter ? String(value) : written(value, spec));
  const onGrid = (value) => Number(value.toFixed(10));
  let now = spec.value;
  let track = null;
  const show = (value) => {
    now = value;
    box.value = text(value);
    if (track) {
      track.value = String(Math.round((value - low) / step));
      mark(track, "aria-valuetext", text(value));
    }
  };
  const move = (value) => {
    const within = Math.min(Math.max(value, low), high);
    if (within !== now) { show(within); moved(within); }
    if (within !== value) complain(`${label} goes from ${text(low)} to ${text(high)}: set to ${text(within)}.`);
  };
  const typed = () => {
    if (box.value === text(now)) return;
    const value = understood(box.value, spec);
    if (value === null) complain(`“${box.value}” is not a number; ${label} stays at ${text(now)}.`);
    else move(spec.whole ? Math.round(value) : value);
    box.value = text(now);
  };
  const box = make("input", { class: "p6-number", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
    ...(counter ? { id } : { "aria-label": `${label}, typed` }), onchange: typed,
    onkeydown: (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.key === "Enter") typed();
      if (way) { event.preventDefault(); move(onGrid(now + way * step)); }
    } });
  const named = make("label", { for: id, text: label });
  if (counter) {
    const button = (way, sign) => make("button", { type: "button", class: "p6-step", text: sign, tabindex: "-1", "aria-hidden": "true",
      onclick: () => move(now + way) });
    return { parts: [named, make("span", { class: "p6-steps" }, button(-1, "−"), box, button(1, "+"))], show };
  }
  // The track counts steps, so that a typed value may lie between two of them.
  track = make("input", { id, type: "range", min: 0, max: Math.round((high - low) / step), step: 1,
    "aria-describedby": spec.noted ? `${id}-note` : undefined, oninput: () => move(onGrid(low + Number(track.value) * step)) });
  return { parts: [named, box, track], show };
}

/** A control: its element, the line under it (or undefined), and a function that shows a value in it. */
function control(spec, moved, complain) {
  const id = newId();
  const kind = { choice, switch: tick }[spec.kind] ?? number;
  const { parts, show } = kind(spec, id, (value) => moved(spec.name, value), complain);
  const note = spec.noted ? make("p", { class: "p6-note", id: `${id}-note` }) : undefined;
  const root = make("div", { class: `p6-control p6-${spec.kind} p6-set-${spec.name}` }, ...parts, ...(note ? [note] : []));
  return { root, note, show };
}

/** Elements of controls below one another; those of lists, boxes and ticks that follow one another share a row. */
function rows(specs, controls) {
  const parts = [];
  let row = null;
  for (const { kind, name } of specs) {
    const { root } = controls.get(name);
    const group = kind === "switch" ? "switch" : "field";
    if (kind === "slider") {
      row = null;
      parts.push(root);
      continue;
    }
    if (row?.dataset.kind !== group) parts.push((row = make("div", { class: "p6-row", "data-kind": group })));
    row.append(root);
  }
  return parts;
}

/** The key figures as a sentence for those who listen. */
function spoken({ columns, rows: figures, key }) {
  const said = ([name, row]) => `${name}: ${row.map((value, k) => `${columns[k]} ${value}`).join(", ")}`;
  return figures.slice(0, key).map(said).join(". ");
}

/** An explorer in the page. */
class View {
  constructor(model, el) {
    this.model = model;
    this.page = model.get("page");
    this.running = null; // the run of many paths that goes on
    this.build();
    keepKeys(this.root);
    el.classList.add("phase6-host");
    el.replaceChildren(this.root);
    this.listeners = {
      "change:settings": () => this.showSettings(), "change:preset": () => this.showPreset(),
      "change:shown": () => this.show(), "change:tally": () => this.showTally(),
      "msg:custom": (message) => { if (message.alive) this.answered(); },
    };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    this.showSettings();
    this.showPreset();
    this.show();
    this.ask({ do: "hello" });
  }

  remove() {
    this.running = null;
    clearTimeout(this.slow);
    clearTimeout(this.quiet);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }

  build() {
    const { page } = this;
    this.status = make("p", { class: "p6-status", role: "status" });
    this.near = make("p", { class: "p6-near", "aria-hidden": "true" }); // the status once more, where one column parts it from the buttons
    this.heard = make("p", { class: "p6-heard", "aria-live": "polite" });
    const complain = (text) => this.tell(text);
    this.controls = new Map(page.controls.map((spec) =>
      [spec.name, control(spec, (name, value) => this.moved(name, value), complain)]));
    this.picture = new Picture(make("div", { class: "p6-picture" }));
    this.histogram = new Picture(make("div", { class: "p6-histogram" }));
    this.error = make("div", { class: "p6-error", role: "alert" });
    this.key = new Figures(make("div", { class: "p6-figures" }), "Key figures");
    this.rest = new Figures(make("div", { class: "p6-figures" }), "Further figures");
    this.code = make("pre", { tabindex: "0", "aria-label": "Code that makes this picture" });
    const fold = (name, text, ...content) => make("details", { class: `p6-fold p6-${name}` }, make("summary", { text }), ...content);
    const often = rows(page.controls.filter(({ rare }) => !rare), this.controls);
    const rare = rows(page.controls.filter((spec) => spec.rare), this.controls);
    const headingId = newId();
    this.root = make("section", { class: `phase6 phase6-explorer phase6-${page.kind}`, "aria-labelledby": headingId },
      make("div", { class: "p6-intro" },
        make("p", { class: "p6-heading", id: headingId, text: page.heading }),
        make("p", { class: "p6-question", text: page.question }), ...this.presets()),
      make("div", { class: "p6-view" }, this.key.host,
        make("div", { class: "p6-stage" }, this.picture.host, this.histogram.host, this.error,
          make("p", { class: "p6-asleep", text: page.wake })), this.status, this.heard),
      make("div", { class: "p6-controls" }, ...often, this.buttons(), this.near,
        ...(rare.length ? [fold("rare", "More settings", ...rare)] : [])),
      make("div", { class: "p6-foot" }, fold("more", "More figures", this.rest.host), fold("code", "Show the code", this.code)));
  }

  presets() {
    const id = newId();
    this.hints = this.page.presets.map(({ see }) => make("span", { text: see }));
    this.preset = make("select", { id, onchange: () => this.go({ do: "preset", name: this.preset.value }) },
      ...this.page.presets.map(({ name }) => make("option", { value: name, text: name })));
    return [
      make("div", { class: "p6-control p6-choice p6-preset" }, make("label", { for: id, text: "Try this" }),
        make("span", { class: "p6-changed", text: "changed since" }), this.preset),
      make("p", { class: "p6-hints" }, ...this.hints)];
  }

  buttons() {
    const { paths, race } = this.page;
    const button = (text, title, onclick) => make("button", { type: "button", text, title, onclick });
    this.many = button(race, "The same comparison on path after path; press again to stop",
      () => (this.running === null ? this.start() : this.stop()));
    return make("div", { class: "p6-buttons" },
      ...(paths ? [button("New path", "The same kind of market, other luck", () => this.go({ do: "next path" }))] : []),
      ...(race ? [this.many] : []),
      button("Reset", "Back to the settings of the preset", () => this.go({ do: "reset" })));
  }

  // What the reader does.

  moved(name, value) {
    this.stop();
    this.expectAnswer();
    this.settings = { ...this.settings, [name]: value };
    this.model.set("settings", this.settings);
    this.model.save_changes();
  }

  /** Ask for other settings. */
  go(content) {
    this.stop();
    this.ask(content);
  }

  ask(content) {
    this.expectAnswer();
    this.model.send(content);
  }

  tell(text) {
    say(this.status, text);
    say(this.near, text);
  }

  expectAnswer() {
    clearTimeout(this.slow);
    this.tell("");
    this.slow = setTimeout(() => this.root.classList.add("p6-sleeps"), SLOW);
  }

  answered() {
    clearTimeout(this.slow);
    this.root.classList.remove("p6-sleeps");
  }

  // Many paths: the page asks for a slice, paints it, and asks for the next; so it never freezes and stops at once.

  start() {
    this.running = Math.floor(Math.random() * 1e9);
    say(this.many, "Stop");
    this.ask({ do: "paths", run: this.running });
  }

  stop() {
    this.finish();
    this.root.classList.remove("p6-many");
  }

  finish() {
    this.running = null;
    say(this.many, this.page.race);
  }

  // What Python says.

  showTally() {
    const tally = this.model.get("tally");
    const run = this.running;
    if (run === null || tally.run !== run) return;
    this.answered();
    if (tally.move) {
      this.histogram.follow(this.model.get("tally_frame"), tally.move);
      this.root.classList.add("p6-many");
    }
    this.tell(tally.said);
    this.root.dataset.paths = tally.done;
    if (tally.over) this.finish();
    else requestAnimationFrame(() => setTimeout(() => { if (this.running === run) this.model.send({ do: "more paths", run }); }));
  }

  showSettings() {
    this.settings = this.model.get("settings");
    for (const [name, { show }] of this.controls) show(this.settings[name]);
  }

  showPreset() {
    this.preset.value = this.model.get("preset");
    this.page.presets.forEach(({ name }, k) => {
      this.hints[k].className = name === this.preset.value ? "p6-shown" : "";
      mark(this.hints[k], "aria-hidden", String(name !== this.preset.value));
    });
  }

  show() {
    const shown = this.model.get("shown");
    this.answered();
    this.root.classList.toggle("p6-failed", Boolean(shown.error));
    say(this.error, shown.error ? `These settings have no picture. ${shown.error}` : "");
    if (!shown.error) {
      this.picture.follow(this.model.get("frame"), shown.move);
      this.key.show(shown.figures, 0, shown.figures.key);
      this.rest.show(shown.figures, shown.figures.key);
      say(this.code, shown.code);
      for (const [name, { note }] of this.controls) if (note) say(note, shown.notes[name] ?? "");
      this.root.classList.toggle("p6-moved", shown.moved);
    }
    this.root.dataset.view = shown.view;
    this.root.dataset.settings = JSON.stringify(shown.settings);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { if (!shown.error) say(this.heard, spoken(shown.figures)); }, QUIET);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.remove();
  },
};
