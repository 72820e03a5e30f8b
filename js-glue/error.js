import { words } from './words.js';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A refusal: a forged, damaged or mismatched message, or a wrong configuration. It never holds a secret or an expected digest. */
export class PosError extends Error {
  /** `why` names its sentences in words.js, and `about` is the value that they name. */
  constructor(code, why, field, about, bankCode, bankMessage) {
    const { en, tr } = words()[why];
    const sentence = (text) => (field ? `${field}: ` : '') + text.replaceAll('{}', () => about);
    super(sentence(en));
    this.code = code;
    this.messageTr = sentence(tr);
    if (field) this.field = field;
    if (bankCode) this.bankCode = bankCode;
    if (bankMessage) this.bankMessage = bankMessage;
  }

  get name() {
    return 'PosError';
  }

  toJSON() {
    const { name, code, field, message, messageTr, bankCode, bankMessage } = this;
    return { name, code, field, message, messageTr, bankCode, bankMessage };
  }

  [inspect]() {
    return `${this.stack ?? this.message} [${this.code}]\n    ${this.messageTr}`;
  }
}

/** Hides `shown` for JSON and for console.log, so that nothing secret is written into a log by accident. */
export function redacted(object, shown) {
  for (const name of ['toJSON', inspect]) {
    Object.defineProperty(object, name, { value: () => shown });
  }
  return object;
}
