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

/** One control: its element, and a function that shows a value in it. */
function control(spec, moved, complain) {
  const { name, kind, label } = spec;
  const id = newId();
  const note = spec.noted ? [make("p", { class: "p6-note", id: `${id}-note` })] : [];
  const describedby = spec.noted ? `${id}-note` : undefined;
  const wrap = (...parts) => make("div", { class: `p6-control p6-${kind} p6-set-${name}` }, ...parts, ...note);

  if (kind === "choice") {
    const field = make("select", { id, onchange: () => moved(name, field.value) },
      ...spec.options.map((option) => make("option", { value: option, text: option })));
    return { root: wrap(make("label", { for: id, text: label }), field), note: note[0], show: (value) => { field.value = value; } };
  }
  if (kind === "switch") {
    const field = make("input", { id, type: "checkbox", onchange: () => moved(name, field.checked) });
    return { root: wrap(field, make("label", { for: id, text: label })), note: note[0], show: (value) => { field.checked = value; } };
  }

  let now = spec.value;
  const move = (value) => {
    const within = Math.min(Math.max(value, spec.low), spec.high);
    if (within !== now) { show(within); moved(name, within); }
    if (within !== value) {
      complain(`${label} goes from ${written(spec.low, spec)} to ${written(spec.high, spec)}: set to ${written(within, spec)}.`);
    }
  };
  const box = make("input", { class: "p6-number", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
    ...(kind === "counter" ? { id } : { "aria-label": `${label}, typed` }),
    onkeydown: (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.key === "Enter") typed();
      if (way) { event.preventDefault(); move(Number((now + way * spec.step).toFixed(10))); }
    },
    onchange: () => typed() });
  const text = (value) => (kind === "counter" ? String(value) : written(value, spec));
  const typed = () => {
    if (box.value === text(now)) return;
    const value = understood(box.value, spec);
    if (value === null) complain(`“${box.value}” is not a number; ${label} stays at ${written(now, spec)}.`);
    else move(spec.whole ? Math.round(value) : value);
    box.value = text(now);
  };
  let show = (value) => { now = value; box.value = text(value); };
  if (kind === "counter") {
    const step = (way, text) => make("button", { type: "button", class: "p6-step", text, tabindex: "-1", "aria-hidden": "true",
      onclick: () => move(now + way) });
    return { root: wrap(make("label", { for: id, text: label }), make("span", { class: "p6-steps" }, step(-1, "−"), box, step(1, "+"))),
      note: note[0], show };
  }
  // The track counts steps, so that a typed value may lie between two of them.
  const last = Math.round((spec.high - spec.low) / spec.step);
  const track = make("input", { id, type: "range", min: 0, max: last, step: 1, "aria-describedby": describedby,
    oninput: () => move(Number((spec.low + Number(track.value) * spec.step).toFixed(10))) });
  show = (value) => {
    now = value;
    track.value = String(Math.round((value - spec.low) / spec.step));
    mark(track, "aria-valuetext", text(value));
    box.value = text(value);
  };
  return { root: wrap(make("label", { for: id, text: label }), box, track), note: note[0], show };
}

function render({ model, el }) {
  const page = model.get("page");
  let settings = model.get("settings");
  const ask = (content) => model.send(content);
  const headingId = newId();

  // What stands on the page.
  const hints = page.presets.map(({ see }) => make("span", { text: see }));
  const presetId = newId();
  const preset = make("select", { id: presetId, onchange: () => { expectAnswer(); ask({ do: "preset", name: preset.value }); } },
    ...page.presets.map(({ name }) => make("option", { value: name, text: name })));
  const changed = make("span", { class: "p6-changed", text: "changed since" });
  const status = make("p", { class: "p6-status", role: "status" });
  const heard = make("p", { class: "p6-heard", "aria-live": "polite" });
  const controls = new Map(page.controls.map((spec) => [spec.name, control(spec, moved, (text) => say(status, text))]));
  const roots = (rare) => {
    const parts = [];
    let row = null;
    for (const spec of page.controls.filter((one) => one.rare === rare)) {
      if (spec.kind === "slider") row = null;
      else if (!row || row.dataset.kind !== (spec.kind === "switch" ? "switch" : "field")) {
        row = make("div", { class: "p6-row", "data-kind": spec.kind === "switch" ? "switch" : "field" });
        parts.push(row);
      }
      (row ?? { append: (part) => parts.push(part) }).append(controls.get(spec.name).root);
    }
    return parts;
  };
  const button = (text, title, onclick) => make("button", { type: "button", class: "p6-button", text, title, onclick });
  const many = button(page.race, "The same comparison on path after path; press again to stop", () => (running ? stop() : start()));
  const buttons = make("div", { class: "p6-buttons" },
    ...(page.paths ? [button("New path", "The same kind of market, other luck", () => { expectAnswer(); ask({ do: "next path" }); })] : []),
    ...(page.race ? [many] : []),
    button("Reset", "Back to the settings of the preset", () => { expectAnswer(); ask({ do: "reset" }); }));
  const picture = new Picture(make("div", { class: "p6-picture" }));
  const histogram = new Picture(make("div", { class: "p6-histogram" }));
  const error = make("div", { class: "p6-error", role: "alert" });
  const asleep = make("p", { class: "p6-asleep", text: page.wake });
  const stage = make("div", { class: "p6-stage" }, picture.host, histogram.host, error, asleep);
  const key = new Figures(make("div", { class: "p6-figures" }), "Key figures");
  const rest = new Figures(make("div", { class: "p6-figures" }), "Further figures");
  const code = make("pre", { tabindex: "0", "aria-label": "Code that makes this picture" });
  const fold = (name, text, ...content) => make("details", { class: `p6-fold p6-${name}` }, make("summary", { text }), ...content);
  const rare = roots(true);
  const root = make("section", { class: `phase6 phase6-explorer phase6-${page.kind}`, "aria-labelledby": headingId },
    make("div", { class: "p6-intro" },
      make("p", { class: "p6-heading", id: headingId, text: page.heading }),
      make("p", { class: "p6-question", text: page.question }),
      make("div", { class: "p6-control p6-choice p6-preset" },
        make("label", { for: presetId, text: "Try this" }), changed, preset),
      make("p", { class: "p6-hints" }, ...hints)),
    make("div", { class: "p6-view" }, key.host, stage, status, heard),
    make("div", { class: "p6-controls" }, ...roots(false), buttons,
      ...(rare.length ? [fold("rare", "More settings", ...rare)] : [])),
    make("div", { class: "p6-foot" }, fold("more", "More figures", rest.host), fold("code", "Show the code", code)));
  keepKeys(root);
  el.classList.add("phase6-host");
  el.replaceChildren(root);

  // What the reader does.
  function moved(name, value) {
    settings = { ...settings, [name]: value };
    stop();
    expectAnswer();
    model.set("settings", settings);
    model.save_changes();
  }

  let slow = 0;
  function expectAnswer() {
    clearTimeout(slow);
    say(status, "");
    slow = setTimeout(() => root.classList.add("p6-sleeps"), SLOW);
  }
  function answered() {
    clearTimeout(slow);
    root.classList.remove("p6-sleeps");
  }

  // Many paths: the page asks for a slice, paints it, and asks for the next; so it never freezes and stops at once.
  let running = null;
  function start() {
    running = Math.floor(Math.random() * 1e9);
    say(many, "Stop");
    expectAnswer();
    ask({ do: "paths", run: running });
  }
  function stop() {
    if (running !== null) say(many, page.race);
    running = null;
    root.classList.remove("p6-many");
  }
  function showTally() {
    const tally = model.get("tally");
    if (running === null || tally.run !== running) return;
    answered();
    if (tally.move) {
      if (histogram.frame !== model.get("tally_frame")) histogram.draw((histogram.frame = model.get("tally_frame")));
      histogram.move(tally.move);
      root.classList.add("p6-many");
    }
    say(status, tally.said);
    root.dataset.paths = tally.done;
    if (tally.over) { say(many, page.race); running = null; return; }
    const run = running;
    requestAnimationFrame(() => setTimeout(() => { if (running === run) ask({ do: "more paths", run }); }));
  }

  // What Python says.
  function showSettings() {
    settings = model.get("settings");
    for (const [name, { show }] of controls) show(settings[name]);
  }
  function showPreset() {
    const chosen = model.get("preset");
    preset.value = chosen;
    page.presets.forEach(({ name }, k) => {
      hints[k].className = name === chosen ? "p6-shown" : "";
      mark(hints[k], "aria-hidden", String(name !== chosen));
    });
  }
  let quiet = 0;
  function show() {
    const shown = model.get("shown");
    answered();
    root.classList.toggle("p6-failed", Boolean(shown.error));
    say(error, shown.error ? `These settings have no picture. ${shown.error}` : "");
    if (!shown.error) {
      if (picture.frame !== model.get("frame")) picture.draw((picture.frame = model.get("frame")));
      picture.move(shown.move);
      key.show(shown.figures, 0, shown.figures.key);
      rest.show(shown.figures, shown.figures.key);
      say(code, shown.code);
      for (const [name, { note }] of controls) if (note) say(note, shown.notes[name] ?? "");
    }
    root.classList.toggle("p6-moved", Boolean(shown.moved));
    root.dataset.view = shown.view;
    root.dataset.settings = JSON.stringify(shown.settings);
    clearTimeout(quiet);
    quiet = setTimeout(() => { if (!shown.error) say(heard, spoken(shown.figures)); }, QUIET);
  }

  const listen = { "change:settings": showSettings, "change:preset": showPreset, "change:shown": show, "change:tally": showTally,
    "msg:custom": (message) => { if (message.alive) answered(); } };
  for (const [event, listener] of Object.entries(listen)) model.on(event, listener);
  showSettings();
  showPreset();
  show();
  slow = setTimeout(() => root.classList.add("p6-sleeps"), SLOW);
  ask({ do: "hello" });
  return () => {
    running = null;
    clearTimeout(slow);
    clearTimeout(quiet);
    for (const [event, listener] of Object.entries(listen)) model.off(event, listener);
  };
}

/** The key figures as a sentence for those who listen. */
function spoken({ columns, rows, key }) {
  return rows.slice(0, key).map(([name, row]) => `${name}: ${row.map((value, k) => `${columns[k]} ${value}`).join(", ")}`).join(". ");
}

export default { render };
