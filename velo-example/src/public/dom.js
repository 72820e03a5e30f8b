// Elements from code. Text stays text: nothing that comes from anywhere is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * `onclick` and the like take functions; true, false and null mean what they mean in HTML.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children @returns {HTMLElement} */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | null)} children @returns {SVGElement} */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, any>} attributes
 * @param {(Node | string | null)[]} children
 * @returns {E}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.flatMap((child) => child ?? []));
  return element;
}

/** A JSON attribute that page code has set. @param {Element} element @param {string} name */
export function jsonAttribute(element, name) {
  return JSON.parse(element.getAttribute(name) ?? 'null');
}
