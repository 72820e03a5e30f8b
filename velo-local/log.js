// What happened, one line each: requests, answers, console output, data writes, fetches, jobs, containers. A text filter shows
// one payment's whole story: every line that has the text, and every other line of the requests that have it.

const KEEP = 5000;
const DETAIL = 4000;

export class Log {
  #lines = [];
  #last = 0;
  #secrets = [];
  #echo;

  /** @param {{ secrets: Record<string, string>, echo?: (line: object) => void }} options */
  constructor({ secrets, echo }) {
    this.#secrets = Object.values(secrets).flatMap(confidential);
    this.#echo = echo;
  }

  /** @param {{ kind: string, text: string, container?: number, request?: string, level?: string, detail?: string }} line */
  write({ kind, text, container = 0, request = '', level = 'info', detail = '' }) {
    this.#last += 1;
    const at = new Date().toISOString();
    const shown = { text: this.#clean(text), detail: this.#clean(detail.slice(0, DETAIL)) };
    const line = { n: this.#last, at, container, request, kind, level, ...shown };
    this.#lines.push(line);
    if (this.#lines.length > KEEP * 1.2) this.#lines = this.#lines.slice(-KEEP);
    this.#echo?.(line);
  }

  /**
   * @param {string} [text] in a line, or a request's name
   * @param {{ whole?: boolean }} [options] whole: with the other lines of the requests that match
   */
  lines(text = '', { whole = true } = {}) {
    if (text === '') return [...this.#lines];
    const matches = (line) => line.request === text || line.text.includes(text) || line.detail.includes(text);
    const story = new Set(this.#lines.filter((line) => ownStory(line.request) && matches(line)).map((line) => line.request));
    return this.#lines.filter((line) => matches(line) || (whole && story.has(line.request)));
  }

  /** Keys never reach the log, and a card number only in part. */
  #clean(text) {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, '•••');
    return clean
      .replace(/(?<!\d)\d{13,19}(?!\d)/g, (digits) => maskCard(digits))
      .replace(/(?<!\d)\d{4}(?:(?:[ +-]|%20)\d{3,6}){2,4}(?!\d)/g, (grouped) => maskCard(grouped.replace(/%20|[ +-]/g, ''), grouped))
      .replace(/\b(cv2|cvv2?|cvc)(["']?\s*[=:]\s*["']?)\d{3,4}/gi, '$1$2•••');
  }
}

/** A card number keeps its first six and last four digits; anything else stays as it was written. */
function maskCard(digits, written = digits) {
  return isCard(digits) ? `${digits.slice(0, 6)}•••${digits.slice(-4)}` : written;
}

/** A job looks at every open payment, so its lines are not one payment's story. */
const ownStory = (request) => request !== '' && !request.startsWith('j');

/** The parts of a secret that must not be shown: keys and passwords of a JSON value, or the whole text of another. */
function confidential(secret) {
  const found = [];
  const visit = (value, key) => {
    if (value !== null && typeof value === 'object') Object.entries(value).forEach(([name, each]) => visit(each, name));
    else if (typeof value === 'string' && value.length >= 6 && /key|pass|secret|salt/i.test(key)) found.push(value);
  };
  try {
    visit(JSON.parse(secret), '');
  } catch {
    if (secret.length >= 6) found.push(secret);
  }
  return found;
}

/** Luhn's check, so that times and order numbers of the same length stay readable. */
function isCard(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}
