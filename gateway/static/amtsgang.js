/* Makes pages better where JavaScript runs; every page works without it. */

const WAIT_MS = 1500;

/* A draft is saved while its form is being filled in. */
for (const form of document.querySelectorAll("form[data-save-as-you-type]")) {
  const state = form.querySelector("[data-save-state]");
  let timer = 0;
  let saving = Promise.resolve();

  const save = async () => {
    const typed = new URLSearchParams(new FormData(form));
    typed.set("do", "keep");
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, redirect: "error" });
      const isSignedOut = [401, 403].includes(answer.status) && form.dataset.signedOut;
      state.textContent = answer.ok ? form.dataset.saved : isSignedOut ? form.dataset.signedOut : form.dataset.unsaved;
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
