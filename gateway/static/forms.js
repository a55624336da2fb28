/* A step of a form while it is filled in: shows at once what the answers ask for, and says beside a field what is wrong with it.
   The server looks at everything again; where no script runs, it does so alone. */

import { asked, check } from "./form-rules.js";

const ERROR_CLASSES = { "kern-form-input": "kern-form-input--error", "kern-fieldset": "kern-fieldset--error", "kern-form-check": "kern-form-check--error" };

for (const form of document.querySelectorAll("form[data-form]")) {
  const { scope, today, letters } = JSON.parse(form.dataset.form);
  const template = form.querySelector("template[data-error]");
  const questions = [...form.querySelectorAll("[data-rules]")].map((element) => ({ element, rules: JSON.parse(element.dataset.rules) }));
  const entries = [...new Set(questions.map(({ element }) => element.closest("[data-entry]")))]
    .map((entry) => questions.filter(({ element }) => element.closest("[data-entry]") === entry));
  const touched = new Set(questions.map(({ element }) => element).filter((element) => element.querySelector(".kern-error") && !("news" in element.dataset)));
  let pressed = false;

  const inputs = ({ element }) => [...element.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const valueOf = (question) => {
    const [first, ...others] = inputs(question);
    if (first.type !== "checkbox" && first.type !== "radio") return first.value;
    const ticked = [first, ...others].filter((input) => input.checked).map((input) => input.value);
    return question.rules.type === "choices" ? ticked : ticked[0] ?? "";
  };

  const tell = (question, slug) => {
    const box = question.element.querySelector(Object.keys(ERROR_CLASSES).map((name) => `.${name}`).join(", "));
    const [kind] = Object.keys(ERROR_CLASSES).filter((name) => box.classList.contains(name));
    const id = `${inputs(question)[0].id}-error`;
    const control = kind === "kern-fieldset" ? box : inputs(question)[0];
    const others = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((name) => name && name !== id);
    box.querySelector(".kern-error")?.remove();
    box.classList.toggle(ERROR_CLASSES[kind], Boolean(slug));
    for (const input of inputs(question)) {
      const name = [...input.classList].find((one) => /^kern-form-(?:input__(?:input|select)|check__(?:checkbox|radio))$/.test(one));
      input.classList.toggle(`${name}--error`, Boolean(slug));
      if (kind !== "kern-fieldset") input.toggleAttribute("aria-invalid", Boolean(slug));
      if (kind !== "kern-fieldset" && slug) input.setAttribute("aria-invalid", "true");
    }
    if (slug) {
      const told = template.content.firstElementChild.cloneNode(true);
      told.id = id;
      told.querySelector("[data-text]").textContent = question.rules.words[slug] ?? question.rules.words.required;
      box.append(told);
      others.push(id);
    }
    if (others.length) control.setAttribute("aria-describedby", others.join(" "));
    else control.removeAttribute("aria-describedby");
  };

  const look = () => {
    for (const entry of entries) {
      const answers = Object.fromEntries(entry.map((question) => [question.rules.name, valueOf(question)]));
      asked(entry.map(({ rules }) => rules), answers, scope, today).forEach(({ isAsked, isMissing, scope: before }, place) => {
        const question = entry[place];
        question.element.hidden = !isAsked;
        if (question.element.tagName === "FIELDSET") question.element.disabled = !isAsked;
        if (!isAsked || !touched.has(question.element)) return;
        const slug = isMissing ? "address_incomplete" : "";
        tell(question, slug || check({ ...question.rules, required: false }, answers[question.rules.name], before, today, letters));
      });
    }
    for (const whole of form.querySelectorAll("[data-together]")) whole.hidden = !whole.querySelector("[data-rules]:not([hidden])");
  };

  form.addEventListener("input", look);
  form.addEventListener("change", (event) => {
    const element = event.target.closest("[data-rules]");
    if (element) touched.add(element);
    if (!pressed) look();
  });
  /* Whoever leaves an address has filled it in as far as they want to. */
  form.addEventListener("focusout", (event) => {
    const whole = event.target.closest("[data-together]");
    if (!whole || whole.contains(event.relatedTarget)) return;
    for (const element of whole.querySelectorAll("[data-rules]:not([data-news])")) touched.add(element);
    if (!pressed) look();
  });
  /* A message that comes or goes while a button is pressed would move it away from under the finger, and nothing would happen. */
  form.addEventListener("pointerdown", () => { pressed = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (pressed) setTimeout(look);
      pressed = false;
    });
  }
  look();
}
