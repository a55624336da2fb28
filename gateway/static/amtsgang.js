/* Makes pages better where JavaScript runs; every page works without it. */

const WAIT_MS = 1500;
const MOST_TRIES = 20;

/* A draft is saved while its form is being filled in. The page tells what it began with (`before`), and what it has sent since
   without an answer, so that the server knows what another device has changed. */
for (const form of document.querySelectorAll("form[data-save-as-you-type]")) {
  const state = form.querySelector("[data-save-state]");
  let timer = 0;
  let saving = Promise.resolve();

  const before = () => [...form.querySelectorAll("input[name=before]")];
  const trying = (typed) => {
    const told = new URLSearchParams(before().at(-1)?.value);
    const sent = [...typed].filter(([name]) => /^(?:answers|entries)\./.test(name));
    for (const [name] of sent) told.delete(name);
    for (const [name, value] of sent) told.append(name, value);
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "before", value: String(told) });
    before().at(-1)?.after(input);
    for (const old of before().slice(1, 1 - MOST_TRIES)) old.remove();
    return input;
  };

  /* Where another device has changed an answer, too, the page that the server would show says so: the same is said at the field. */
  const tell = async (answer) => {
    form.querySelectorAll("[data-elsewhere-note]").forEach((note) => note.remove());
    if (answer.status !== 409) return "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const notes = form.querySelector("input[name^='entries.']") ? [] : page.querySelectorAll("[data-news] .kern-error");
    for (const note of notes) {
      const { place } = note.closest("[data-place]").dataset;
      note.id += "-elsewhere";
      note.dataset.elsewhereNote = "";
      form.querySelector(`[data-place="${CSS.escape(place)}"]`)?.append(document.importNode(note, true));
    }
    const told = [...page.querySelectorAll("#errors a")].map((link) => link.textContent);
    return told.length ? [form.dataset.elsewhere, ...told].join(" ") : form.dataset.unsaved;
  };

  const save = async () => {
    const typed = new URLSearchParams(new FormData(form));
    typed.set("do", "keep");
    const tried = trying(typed);
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, redirect: "error" });
      if (answer.ok) before().forEach((input) => { if (input !== tried) input.remove(); });
      else if (answer.status < 500 && answer.status !== 409) tried.remove();
      const told = await tell(answer) || { 401: form.dataset.signedOut, 403: form.dataset.signedOut }[answer.status];
      state.textContent = answer.ok ? form.dataset.saved : told || form.dataset.unsaved;
      if (!answer.ok && answer.status >= 500) later(WAIT_MS * 4);
    } catch {
      state.textContent = form.dataset.unsaved;
      later(WAIT_MS * 4);
    }
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(() => { saving = saving.then(save); }, wait);
  };
  form.addEventListener("input", () => later(WAIT_MS));
  form.addEventListener("change", () => later(0));
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("online", () => { if (state.textContent === form.dataset.unsaved) later(0); });
}

/* A second click while the first is under way is not sent; the server would answer both the same anyway. */
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* What is in work is shown anew by itself, unless somebody reads further down. */
if (document.querySelector("[data-reload]")) setTimeout(() => { if (scrollY < 200) location.reload(); }, WAIT_MS * 2);

/* What went wrong is read first. */
document.querySelector("#errors, #trouble, #comparison")?.focus();
