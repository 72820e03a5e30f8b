const inspect = Symbol.for('nodejs.util.inspect.custom');

/** A refusal: a forged, damaged or mismatched message, or a wrong configuration. It never holds a secret or an expected digest. */
export class PosError extends Error {
  constructor(code, field, message, bankCode, bankMessage) {
    super(field ? `${field}: ${message}` : message);
    this.code = code;
    if (field) this.field = field;
    if (bankCode) this.bankCode = bankCode;
    if (bankMessage) this.bankMessage = bankMessage;
  }

  get name() {
    return 'PosError';
  }

  toJSON() {
    const { name, code, field, message, bankCode, bankMessage } = this;
    return { name, code, field, message, bankCode, bankMessage };
  }

  [inspect]() {
    return `${this.stack ?? this.message} [${this.code}]`;
  }
}

/** Hides `shown` for JSON and for console.log, so that nothing secret is written into a log by accident. */
export function redacted(object, shown) {
  for (const name of ['toJSON', inspect]) {
    Object.defineProperty(object, name, { value: () => shown });
  }
  return object;
}
