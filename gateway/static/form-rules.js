/* What a form asks for and what an answer must be: the rules of services/contracts/conditions.py and services/applications/forms.py
   as a browser reads them. A test gives both sides the same answers. */

const SPOKEN = { yes: true, no: false, true: true, false: false, on: true, off: false, 1: true, 0: false };
const LARGEST = 2 ** 53;
const MOST_CENTS = 10 ** 12 - 1;
const EUROS = /^([0-9]{1,3}(?:\.[0-9]{3}){1,12}|[0-9]{1,39})(?:[,.]([0-9]{1,2}))?(?: ?(?:€|EUR))?$/;
const DAY_RULE = /^(today|[0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z][a-z0-9]*(?:_[a-z0-9]+)*)(?:([+-])([0-9]{1,4})([dmy]))?$/;
const PHONE = /^(?=(?:[^0-9]*[0-9]){5,20}[^0-9]*$)\+?[0-9 ()/.-]{5,30}$/;
const POSTAL_CODE = /^(?!00|01000|99999)[0-9]{5}$/;
const USER = /^(?:[-!#$%&'*+/=?^`{}|~\p{L}\p{N}_]+(?:\.[-!#$%&'*+/=?^`{}|~\p{L}\p{N}_]+)*|"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*")$/iu;
const DOMAIN = /^(?:(?:[A-Z0-9\u00a1-\uffff](?:[A-Z0-9\u00a1-\uffff-]{0,61}[A-Z0-9\u00a1-\uffff])?\.)+(?:[A-Z\u00a1-\uffff]{2,6}|[A-Z0-9\u00a1-\uffff-]{2,})|\[(?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|[0-1]?[0-9]?[0-9])){3}\])$/iu;

const isText = (value) => typeof value === "string";
const isEmpty = (value) => value === null || value === undefined || (isText(value) && !value.trim()) || (Array.isArray(value) && !value.length);
const length = (text) => [...text.normalize("NFC")].length;

/* Days are kept as ISO text, which compares as days do. */
const iso = (year, month, day) => `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
const lastOf = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const SHORT_YEAR = /^[0-9]{1,2}\s*[./]\s*[0-9]{1,2}\s*[./]\s*[0-9]{1,3}$/;
const WRITTEN_DAY = /^(?:[0-9]{1,2}\s*[./]\s*[0-9]{1,2}\s*[./]\s*([0-9]{4})|([0-9]{4})-[0-9]{1,2}-[0-9]{1,2})$/;

/* What is wrong with something that is no day: its form, its year, or that the calendar does not have it. */
function noDay(value) {
  const text = isText(value) ? value.trim() : "";
  if (SHORT_YEAR.test(text)) return "short_year";
  const written = WRITTEN_DAY.exec(text);
  if (!written) return "date";
  const year = Number(written[1] ?? written[2]);
  return year >= 1800 && year <= 2199 ? "no_such_day" : "no_such_year";
}

export function dayOf(value) {
  if (!isText(value)) return null;
  const text = value.trim();
  const german = /^([0-9]{1,2})\s*[./]\s*([0-9]{1,2})\s*[./]\s*([0-9]{4})$/.exec(text);
  const written = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/.exec(text);
  const [year, month, day] = (german ? [german[3], german[2], german[1]] : written ? written.slice(1) : []).map(Number);
  if (!year || year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1 || day > lastOf(year, month)) return null;
  return iso(year, month, day);
}

function moved(day, count, unit) {
  let [year, month, date] = day.split("-").map(Number);
  if (unit === "d") {
    const found = new Date(Date.UTC(2000, month - 1, date + count));
    found.setTime(Date.UTC(2000 + (year % 400), month - 1, date) + count * 86400000);
    return iso(found.getUTCFullYear() - 2000 - (year % 400) + year, found.getUTCMonth() + 1, found.getUTCDate());
  }
  const months = year * 12 + month - 1 + (unit === "y" ? count * 12 : count);
  year = Math.floor(months / 12);
  month = (months % 12) + 1;
  return year < 1 || year > 9999 ? null : iso(year, month, Math.min(date, lastOf(year, month)));
}

/* The day that `today-18y`, `2020-01-01` or `moved_in+14d` means; null while the field it names has none. */
export function dayRule(rule, scope, today) {
  const match = DAY_RULE.exec(rule);
  if (!match) return null;
  const start = match[1] === "today" ? today : dayOf(match[1]) ?? dayOf(scope[match[1]]);
  if (!start || !match[2]) return start ?? null;
  return moved(start, Number(match[3]) * (match[2] === "-" ? -1 : 1), match[4]);
}

const yesOrNo = (value) => (typeof value === "boolean" ? value : isText(value) ? SPOKEN[value.trim().toLowerCase()] ?? null : null);

function whole(value) {
  if (isText(value)) return /^-?[0-9]{1,15}$/.test(value.trim()) ? Number(value) : null;
  return Number.isInteger(value) ? value : null;
}

function cents(value) {
  if (Number.isInteger(value)) return value >= 0 && value <= LARGEST ? value : null;
  const match = isText(value) ? EUROS.exec(value.trim()) : null;
  return match ? Number(match[1].replaceAll(".", "")) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
}

/* An answer as conditions compare it; null where it is empty or cannot be read. */
export function comparable(type, value) {
  if (type === "entries") return value;
  if (type === "choices") return Array.isArray(value) ? value : isEmpty(value) ? [] : [value];
  if (type === "yes_no" || type === "consent") return yesOrNo(value);
  if (type === "integer") return whole(value);
  if (type === "amount") return cents(value);
  if (type === "date") return dayOf(value);
  return isText(value) && value.trim() ? value.trim() : null;
}

function is(value, wanted) {
  return Array.isArray(value) ? value.includes(wanted) : value !== null && value !== undefined && value === wanted;
}

function compares(value, comparison, bound, scope, today) {
  if (comparison === "answered") return (value !== null && value !== undefined && !(Array.isArray(value) && !value.length)) === bound;
  const limit = isText(bound) ? dayRule(bound, scope, today) : bound;
  if (value === null || value === undefined || limit === null) return false;
  return comparison === "at_least" ? value >= limit : value <= limit;
}

function fits(value, test, scope, today) {
  if (Array.isArray(test)) return test.some((one) => is(value, one));
  if (test !== null && typeof test === "object") {
    return Object.entries(test).every(([comparison, bound]) => compares(value, comparison, bound, scope, today));
  }
  return is(value, test);
}

/* Whether a condition is met by the answers before it. */
export function holds(when, scope, today) {
  if (!when) return true;
  return Object.entries(when).every(([name, test]) => {
    if (name === "all") return test.every((part) => holds(part, scope, today));
    if (name === "any") return test.some((part) => holds(part, scope, today));
    if (name === "not") return !holds(test, scope, today);
    return fits(scope[name], test, scope, today);
  });
}

/* An answer as its steps spell it: `services/contracts/spellings.py`. */
const spelled = (steps, value) =>
  steps.reduce((text, [pattern, replacement]) => text.replace(new RegExp(pattern, "g"), replacement), value.normalize("NFC").trim().toUpperCase());

function ofText(rules, typed, letters) {
  const value = rules.spelling ? spelled(rules.spelling, typed) : typed;
  const text = value.replace(/\r\n?/g, "\n").normalize("NFC");
  const lines = rules.type === "long_text";
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return "text";
  if (length(text) > (rules.most || (lines ? 2000 : 200))) return "too_long";
  if (letters.text && !new RegExp(letters.text).test(text)) return "text";
  if (!lines && /[\n\t]/.test(text.trim())) return "text";
  if (length(text.trim()) < (rules.least || 1)) return "too_short";
  return rules.pattern && !new RegExp(`^(?:${rules.pattern})$`).test(text.trim()) ? "pattern" : "";
}

function ofName(rules, value, letters) {
  const text = value.normalize("NFC");
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) return "text";
  if (length(text) > (rules.most || 100)) return "too_long";
  if (length(text.trim()) < (rules.least || 1)) return "too_short";
  return letters.name && !new RegExp(letters.name).test(text.trim()) ? "name_letters" : "";
}

function ofDate(rules, value, scope, today) {
  const day = dayOf(value);
  if (!day) return noDay(value);
  if (rules.is_past && day > today) return "date_in_future";
  const earliest = rules.earliest ? dayRule(rules.earliest, scope, today) : null;
  if (earliest && day < earliest) return rules.earliest === "today" ? "date_in_past" : "date_too_early";
  const latest = rules.latest ? dayRule(rules.latest, scope, today) : null;
  return latest && day > latest ? (rules.latest === "today" ? "date_in_future" : "date_too_late") : "";
}

function ofNumber(rules, number, wrong, small, large) {
  if (number === null) return wrong;
  if (rules.least !== undefined && number < rules.least) return small;
  return rules.most !== undefined && number > rules.most ? large : "";
}

function ofIban(value, specs) {
  const text = value.trim().replaceAll(" ", "").toUpperCase();
  const spec = specs?.[text.slice(0, 2)];
  if (!/^[A-Z]{2}[0-9]{2}/.test(text) || !spec || !new RegExp(`^(?:${spec})$`).test(text.slice(4))) return "iban";
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((sign) => parseInt(sign, 36)).join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1 ? "" : "iban";
}

function ofEmail(value, letters) {
  const text = value.trim();
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1);
  const isAddress = at > 0 && USER.test(text.slice(0, at)) && (domain === "localhost" || DOMAIN.test(domain));
  return isAddress && length(text) <= 254 && (!letters.text || new RegExp(letters.text).test(text.normalize("NFC"))) ? "" : "email";
}

/* The slug of what is wrong with an answer; empty if nothing is. */
export function check(rules, value, scope, today, letters = {}) {
  if (isEmpty(value)) return rules.required ? "required" : "";
  switch (rules.type) {
    case "text":
    case "long_text": return ofText(rules, value, letters);
    case "name": return ofName(rules, value, letters);
    case "date": return ofDate(rules, value, scope, today);
    case "integer": return ofNumber(rules, whole(value), "integer", "too_small", "too_large");
    case "amount": return ofNumber({ ...rules, most: Math.min(rules.most ?? MOST_CENTS, MOST_CENTS) }, cents(value), "amount", "amount_too_small", "amount_too_large");
    case "choices": return ofNumber(rules, new Set(value).size, "choice", "too_few_choices", "too_many_choices");
    case "yes_no": return yesOrNo(value) === null ? "yes_no" : "";
    case "consent": return yesOrNo(value) ? "" : "consent";
    case "phone": return PHONE.test(value.trim()) ? "" : "phone";
    case "postal_code": return POSTAL_CODE.test(value.trim()) ? "" : "postal_code";
    case "email": return ofEmail(value, letters);
    case "iban": return ofIban(value, letters.iban);
    default: return "";
  }
}

/* Which of the questions are asked, in their order, what counts before each, and which is missing in an address that may be left
   out as a whole only. `answers` are by name. */
export function asked(fields, answers, scope, today) {
  const known = { ...scope };
  const found = fields.map((rules) => {
    const isAsked = holds(rules.when, known, today);
    const before = { ...known };
    if (isAsked) known[rules.name] = comparable(rules.type, answers[rules.name]);
    return { isAsked, scope: isAsked ? { ...before, [rules.name]: known[rules.name] } : before };
  });
  const begun = new Set(fields.filter((rules, place) => found[place].isAsked && !isEmpty(answers[rules.name])).map((rules) => rules.address));
  return found.map((one, place) => {
    const { name, address, part, required } = fields[place];
    return { ...one, isMissing: one.isAsked && Boolean(address) && !required && part !== "country" && begun.has(address) && isEmpty(answers[name]) };
  });
}
