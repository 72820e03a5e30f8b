// HTML text without surprises: html`…` escapes every value, except what html itself made.

class Html {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Trusted text, such as a style sheet of our own. */
export const raw = (text) => new Html(text);

export function html(strings, ...values) {
  return new Html(strings.reduce((text, string, i) => text + shown(values[i - 1]) + string));
}

function shown(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(shown).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
