// $w in the browser: what page code does with the elements of its page. Custom elements are complete; of the editor's own
// elements only the basics. An element that only exists in the editor is made when page code names it, so that it shows.

const wrapped = new WeakMap();
const waiting = [];
let started = false;

export function $w(selector) {
  if (!/^#[\w-]+$/.test(selector)) throw new TypeError(`velo-local's $w knows '#id' only, not ${selector}`);
  const node = document.getElementById(selector.slice(1)) ?? make(selector.slice(1));
  if (!wrapped.has(node)) wrapped.set(node, new Element(node));
  return wrapped.get(node);
}

/** @param {() => unknown} handler runs when the page's elements are there; may be asynchronous */
$w.onReady = (handler) => {
  if (started) run(handler);
  else waiting.push(handler);
};

/** Called once, after the page's code has been read. */
export function ready() {
  started = true;
  waiting.forEach(run);
}

async function run(handler) {
  try {
    await handler();
  } catch (error) {
    console.error('onReady:', error);
  }
}

function make(id) {
  const node = document.createElement('div');
  node.id = id;
  document.querySelector('main').append(node);
  return node;
}

class Element {
  #node;

  constructor(node) {
    this.#node = node;
  }

  get id() { return this.#node.id; }

  // --- custom elements ---

  /** Page code and element live in different worlds on the platform: what passes between them is copied. */
  on(eventName, handler) {
    this.#node.addEventListener(eventName, (event) => {
      handler({ type: event.type, detail: structuredClone(event.detail), target: this, context: { type: 'GLOBAL_SCOPE' } });
    });
    return this;
  }

  setAttribute(name, value) {
    this.#node.setAttribute(name, value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value));
  }

  getAttribute(name) { return this.#node.getAttribute(name); }
  removeAttribute(name) { this.#node.removeAttribute(name); }

  // --- HTML components ---

  /** What is sent before the component has loaded is lost, as on the platform. */
  postMessage(message) {
    this.#node.contentWindow.postMessage(message, '*');
  }

  onMessage(handler) {
    window.addEventListener('message', (event) => {
      if (event.source !== this.#node.contentWindow) return;
      handler({ type: 'message', data: event.data, target: this, context: { type: 'GLOBAL_SCOPE' } });
    });
    return this;
  }

  // --- the editor's elements ---

  get text() { return this.#node.textContent; }
  set text(text) { this.#node.textContent = text; }
  get html() { return this.#node.innerHTML; }
  set html(html) { this.#node.innerHTML = html; }
  get label() { return this.text; }
  set label(label) { this.text = label; }
  get value() { return this.#node.value; }
  set value(value) { this.#node.value = value; }
  get src() { return this.#node.src; }
  set src(src) { this.#node.src = src; }

  get hidden() { return this.#node.hidden; }
  get collapsed() { return this.#node.hidden; }
  get isVisible() { return !this.#node.hidden; }
  async hide() { this.#node.hidden = true; }
  async show() { this.#node.hidden = false; }
  async collapse() { this.#node.hidden = true; }
  async expand() { this.#node.hidden = false; }
  get enabled() { return !this.#node.hasAttribute('disabled'); }
  async enable() { this.#node.removeAttribute('disabled'); }
  async disable() { this.#node.setAttribute('disabled', ''); }
  scrollTo() { this.#node.scrollIntoView(); }
  focus() { this.#node.focus(); }

  onClick(handler) { return this.on('click', handler); }
  onChange(handler) { return this.on('change', handler); }
  onInput(handler) { return this.on('input', handler); }
}
