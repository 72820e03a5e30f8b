// What happened, one line each: requests, answers, console output, data writes, fetches, jobs, Wix's services, containers. A text
// filter shows one payment's whole story. The order, the attempt, the transaction and the payment have ids of their own; whoever
// sees two of them together tells the log (link), and any of them finds every line that has one of them, and every other line of
// the requests that have it.

/** Fields that hold another name of the same payment. Nobody's products, members or accounts: those belong to many. */
const NAMING = /(order|intent|payment|transaction|refund|checkout)Id$|^token$/i;
const isName = (value) => typeof value === 'string' && /^[\w-]{12,128}$/.test(value);

const KEEP = 5000;
const DETAIL = 4000;

export class Log {
  #lines = [];
  #last = 0;
  #secrets = [];
  #links = new Map();
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
    const shown = { text: this.clean(text), detail: this.clean(detail.slice(0, 2 * DETAIL)).slice(0, DETAIL) };
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
    const names = this.names(text);
    const matches = (line) => line.request === text || names.some((name) => line.text.includes(name) || line.detail.includes(name));
    const story = new Set(this.#lines.filter((line) => ownStory(line.request) && matches(line)).map((line) => line.request));
    return this.#lines.filter((line) => matches(line) || (whole && story.has(line.request)));
  }

  /** Two names of one story. */
  link(one, other) {
    if (!this.#links.has(one)) this.#links.set(one, new Set());
    if (!this.#links.has(other)) this.#links.set(other, new Set());
    this.#links.get(one).add(other);
    this.#links.get(other).add(one);
  }

  /** An item of the site's: the names it is connected with stand in fields such as `orderId`, `intentId`, `transactionId`. */
  linkItem(item) {
    if (!isName(item._id)) return;
    const names = Object.entries(item).filter(([field, value]) => NAMING.test(field) && isName(value));
    for (const [, name] of names) this.link(item._id, name);
  }

  /** Every name of the story that a name is one of, itself first. */
  names(name) {
    const found = new Set([name]);
    for (const each of found) for (const other of this.#links.get(each) ?? []) found.add(other);
    return [...found];
  }

  /** Keys never reach the log, and a card number only in part. */
  clean(text) {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, '•••');
    return clean
      .replace(/(?<!\d)\d{13,19}(?!\d)/g, (digits) => maskCard(digits))
      .replace(/(?<!\d)\d{4}(?:(?:[ +-]|%20)\d{3,6}){2,4}(?!\d)/g, (grouped) => maskCard(grouped.replace(/%20|[ +-]/g, ''), grouped))
      .replace(/((?:cv2|cvv|cvc)\w{0,8}["']?\s*[=:>]\s*["']?)\d{3,4}(?!\d)/gi, '$1•••');
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
