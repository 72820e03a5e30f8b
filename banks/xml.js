// The little XML that the banks' API speaks: elements and text. No document types, no attributes, no comments, few and shallow
// elements.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MAX_ELEMENTS = 400;
const MAX_DEPTH = 6;

/** @typedef {{ name: string, text: string, children: XmlElement[] }} XmlElement */

/** @param {string} source @returns {XmlElement} the root element; throws on anything else than a small well-formed document */
export function parseXml(source) {
  const token = /<\?xml [^<>]*\?>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/y;
  const root = { name: '', text: '', children: [] };
  const open = [root];
  let elements = 0;
  while (token.lastIndex < source.length) {
    const start = token.lastIndex;
    const match = token.exec(source);
    if (!match) throw new Error(`XML is not understood at ${start}`);
    const [whole, closing, name, empty, text] = match;
    const current = open.at(-1);
    if (text !== undefined) current.text += unescapeXml(text);
    else if (name === undefined) { if (start !== 0) throw new Error('an XML declaration may only come first'); }
    else if (closing) {
      if (current.name !== name || open.length === 1) throw new Error(`${whole} closes nothing`);
      open.pop();
    } else {
      if (++elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new Error('too much XML');
      const element = { name, text: '', children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw new Error('not one XML element');
  return root.children[0];
}

/** The text of a child that occurs at most once ('' where it does not occur). */
export function childText(element, name) {
  const found = (element?.children ?? []).filter((child) => child.name === name);
  if (found.length > 1) throw new Error(`${name} occurs twice`);
  return found[0]?.text.trim() ?? '';
}

export const child = (element, name) => element?.children.find((each) => each.name === name);

function unescapeXml(text) {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]+);|&/g, (whole, entity) => {
    if (entity?.startsWith('#')) return String.fromCodePoint(Number(`0${entity.slice(1)}`.replace(/^0(?!x)/, '')));
    if (Object.hasOwn(ENTITIES, entity)) return ENTITIES[entity];
    throw new Error(`${whole} is not an entity of XML`);
  });
}

/**
 * @param {string} name
 * @param {string | Array<[string, any, object?]>} content text, or the children in order
 * @param {Record<string, string>} [attributes]
 */
export function element(name, content, attributes = {}) {
  const quoted = Object.entries(attributes).map(([each, value]) => `${each}="${escapeXml(value).replaceAll('"', '&quot;')}"`);
  const start = [name, ...quoted].join(' ');
  if (typeof content === 'string') return `<${start}>${escapeXml(content)}</${name}>`;
  return `<${start}>\n${content.map((child) => element(...child)).join('\n')}\n</${name}>`;
}

function escapeXml(text) {
  return text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]);
}
