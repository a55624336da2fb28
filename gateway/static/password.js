/* Says how hard a new password is to guess while it is being typed, by the same rule as the server; and shows it on request. */

const ENOUGH = 3;
const SEEN = 24; /* As on the server, services/accounts/strength.py. */
const SHORTEST_CUT = 4;
const LEAST = 8;
const WAIT_MS = 250;
const PATTERNS = { repeat: "repeat", sequence: "sequence", spatial: "keyboard", date: "date", regex: "date" };
const DICTIONARIES = { passwords: "common", user_inputs: "ownWords" };

let loading;
const load = (address) => {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  });
  return loading;
};

const ownWords = (meter, form) => {
  const typed = ["email", "given_names", "family_name"].map((name) => form.elements[name]?.value ?? "");
  const words = [...typed, meter.dataset.own].join(" ").toLowerCase();
  return [...words.split(/\s+/), ...words.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 1);
};

/* A long password without the person's own words: cut off at the end of what is looked at, one would not be recognised. */
const without = (typed, own) => {
  const known = own.filter((word) => word.length >= SHORTEST_CUT).sort((one, other) => other.length - one.length);
  return [...known.reduce((rest, word) => rest.replaceAll(word, ""), typed.join("").toLowerCase())];
};

const weakness = (judged) => {
  if (judged.sequence.length === 0) return "ownWords";
  const longest = judged.sequence.reduce((one, other) => (other.token.length > one.token.length ? other : one));
  if (longest.pattern === "dictionary") return DICTIONARIES[longest.dictionary_name] ?? "words";
  return PATTERNS[longest.pattern] ?? "weak";
};

for (const meter of document.querySelectorAll("[data-password]")) {
  const input = document.getElementById(meter.dataset.password);
  const bar = meter.querySelector("meter");
  const said = meter.querySelector("[role=status]");
  let timer = 0;

  const judge = async () => {
    const typed = [...input.value.normalize("NFC")];
    meter.hidden = typed.length === 0;
    if (meter.hidden) return;
    let score = 0;
    let word = "short";
    if (typed.length >= LEAST) {
      try {
        await load(meter.dataset.script);
      } catch {
        meter.hidden = true; /* The server judges anyway. */
        return;
      }
      const own = ownWords(meter, input.form);
      const judged = typed.length > SEEN ? without(typed, own) : typed;
      const first = window.zxcvbn(judged.slice(0, SEEN).join(""), own);
      score = first.score;
      if (score < ENOUGH && judged.length > SEEN) {
        score = Math.max(score, window.zxcvbn(judged.slice(-SEEN).join(""), own).score);
      }
      word = score > ENOUGH ? "strong" : score === ENOUGH ? "good" : weakness(first);
    }
    bar.value = score;
    if (said.textContent !== meter.dataset[word]) said.textContent = meter.dataset[word];
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(judge, WAIT_MS);
  };
  input.addEventListener("focus", () => load(meter.dataset.script).catch(() => {}), { once: true });
  input.form.addEventListener("input", later);
}

for (const button of document.querySelectorAll("[data-show-password]")) {
  const input = document.getElementById(button.dataset.showPassword);
  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
}
