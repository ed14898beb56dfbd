
// The page's side of a prediction (predict.py): a form until the reader commits, then the guess and the result. The functions
// of front.js stand before this text.

function fields(asked, id) {
  if (asked.kind === "choice") {
    const picks = asked.options.map((option) => make("input", { type: "radio", name: id, value: option, required: true }));
    return {
      parts: picks.map((pick, k) => make("label", { class: "p6-option" }, pick, make("span", { text: asked.options[k] }))),
      guess: () => picks.find((pick) => pick.checked)?.value ?? null,
    };
  }
  const percent = asked.unit === "%";
  const spec = { digits: asked.digits, percent };
  const box = make("input", { id, class: "p6-number", type: "text", inputmode: "decimal", autocomplete: "off",
    "aria-label": "Your guess" });
  const parts = [make("label", { class: "p6-boxed" }, make("span", { text: "Your guess" }), box,
    make("span", { text: asked.unit }))];
  if (asked.low !== null && asked.high !== null && asked.step) {
    const last = Math.round((asked.high - asked.low) / asked.step);
    const track = make("input", { type: "range", min: 0, max: last, step: 1, value: Math.round(last / 2), "aria-label": "Your guess, slider",
      "aria-valuetext": "not set" });
    track.addEventListener("input", () => {
      box.value = written(Number((asked.low + Number(track.value) * asked.step).toFixed(10)), spec);
      mark(track, "aria-valuetext", box.value);
    });
    box.addEventListener("change", () => {
      const value = understood(box.value, spec);
      if (value !== null) track.value = String(Math.round((value - asked.low) / asked.step));
    });
    const ends = [asked.low, asked.high].map((end) => make("span", { class: "p6-end", text: written(end, spec) }));
    parts.push(make("div", { class: "p6-scale" }, ends[0], track, ends[1]));
  }
  return { parts, guess: () => understood(box.value, spec) };
}

function render({ model, el }) {
  const asked = model.get("asked");
  const id = newId();
  const { parts, guess } = fields(asked, id);
  const why = make("input", { type: "text", maxlength: 300, autocomplete: "off", id: `${id}-why` });
  const complaint = make("p", { class: "p6-complaint", role: "alert" });
  const form = make("form", { novalidate: true },
    make("fieldset", {}, make("legend", {}, make("span", { class: "p6-tag", text: "Predict first" }), " ", make("span", { text: asked.question })), ...parts),
    make("div", { class: "p6-why" }, make("label", { for: `${id}-why`, text: "Why? One line for yourself (optional)" }), why),
    make("div", { class: "p6-commit" }, make("button", { type: "submit", text: "Commit and show" }), complaint));
  const result = make("div", { class: "p6-outcome", tabindex: "-1", "aria-label": "Your guess and the result" });
  const root = make("section", { class: "phase6 phase6-predict", "aria-label": `Prediction: ${asked.question}` }, form, result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = guess();
    if (value === null) return say(complaint, asked.kind === "choice" ? "Pick an answer first." : "Write a number first.");
    say(complaint, "");
    focusNext = true;
    model.send({ do: "commit", guess: value, why: why.value.trim() });
  });
  let focusNext = false;

  function show() {
    const { guess: said, why: because, truth, verdict, reply, html, note, error } = model.get("outcome");
    say(complaint, error ?? "");
    form.hidden = said !== undefined;
    result.hidden = said === undefined;
    if (said === undefined) {
      result.replaceChildren();
      if (focusNext && !error) form.querySelector("input").focus();
    } else {
      const experiment = make("div", { class: "p6-experiment" });
      experiment.innerHTML = html; // made by this course's own functions in the reader's own kernel
      const told = [["You said", because ? `${said} (${because})` : said], ["What happens", truth && verdict ? `${truth} (${verdict})` : truth]];
      const again = make("button", { type: "button", text: "Guess again", title: "Forgets this guess and hides the result",
        onclick: () => { focusNext = true; model.send({ do: "reset" }); } });
      result.replaceChildren(
        make("p", { class: "p6-question" }, make("span", { class: "p6-tag", text: "Predict first" }), " ", make("span", { text: asked.question })),
        make("dl", {}, ...told.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", { text: name }), make("dd", { text })])),
        ...(reply ? [make("p", { class: "p6-reply", text: reply })] : []), experiment,
        ...(note ? [make("p", { text: note })] : []), again);
      keepKeys(result);
      if (focusNext) result.focus();
    }
    focusNext = false;
  }
  model.on("change:outcome", show);
  keepKeys(root);
  el.classList.add("phase6-host");
  el.replaceChildren(root);
  show();
  return () => model.off("change:outcome", show);
}

export default { render };
