// JSON in which a number keeps the digits that it was given: 149.90000000 stays that, and 22483975 never passes through a float.

export class Decimal {
  /** @param {string} text */
  constructor(text) { this.text = text; }
}

export function toJson(value) {
  if (value instanceof Decimal) return value.text;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (value && typeof value === 'object') {
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${toJson(each)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** An object, or null for anything else. @param {Buffer} body */
export function readJsonObject(body) {
  try {
    const value = JSON.parse(body.toString('utf8'));
    return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
