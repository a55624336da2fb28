/* Files are sent one by one as soon as they are picked or dropped, with their progress; without this the button sends them. */

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const state = form.querySelector("[data-upload-state]");
  const trouble = form.querySelector("[data-upload-error]");
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const button = form.querySelector("button[type=submit]");
  state.textContent = form.dataset.drop;
  button.hidden = true;

  const send = (file) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const field of form.querySelectorAll("input[type=hidden]")) body.append(field.name, field.value);
    body.append("file", file, file.name);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const wrong = answer.querySelector(`#${CSS.escape(input.id)}-error .kern-body, #trouble .kern-body`);
      if (request.status < 400) resolve();
      else reject(new Error(wrong?.lastChild?.textContent.trim() || form.dataset.failed));
    });
    for (const event of ["error", "abort", "timeout"]) {
      request.addEventListener(event, () => reject(new Error(form.dataset.failed)));
    }
    request.open("POST", form.action);
    request.send(body);
  });

  const sendAll = async (files) => {
    const wrong = [];
    trouble.hidden = true;
    input.disabled = true;
    box.hidden = false;
    for (const file of files) {
      bar.value = 0;
      state.textContent = form.dataset.sending.replace("{name}", () => file.name);
      try {
        if (file.size > Number(form.dataset.mostBytes)) throw new Error(`${file.name}: ${form.dataset.tooLarge}`);
        await send(file);
      } catch (error) {
        wrong.push(error.message);
      }
    }
    input.disabled = false;
    input.value = "";
    box.hidden = true;
    if (!wrong.length) {
      location.assign(`${location.pathname}?done=attached`);
      return;
    }
    state.textContent = form.dataset.drop;
    trouble.querySelector(".kern-body").textContent = wrong.join(" ");
    trouble.hidden = false;
  };

  input.addEventListener("change", () => { if (input.files.length) sendAll([...input.files]); });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("amtsgang-drop--over");
  });
  for (const end of ["dragleave", "drop"]) {
    form.addEventListener(end, () => form.classList.remove("amtsgang-drop--over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length && !input.disabled) sendAll([...event.dataTransfer.files]);
  });
}
