// What a WebAssembly file is made of: its sections, and the size of every function under its name.

const SECTIONS = [
  'custom', 'types', 'imports', 'functions', 'tables', 'memories', 'globals', 'exports', 'start', 'elements', 'code', 'data', 'data count',
  'tags',
];

/** @param {Uint8Array} bytes @returns {{ sections: Map<string, number>, functions: { name: string, size: number }[] }} */
export function readWasm(bytes) {
  const sections = new Map();
  let imported = 0;
  let sizes = [];
  let names = new Map();
  for (const { id, name, body } of sectionsOf(bytes)) {
    const title = id === 0 ? `custom: ${name}` : SECTIONS[id] ?? `section ${id}`;
    sections.set(title, (sections.get(title) ?? 0) + body.length);
    if (id === 2) imported = importedFunctions(body);
    if (id === 10) sizes = bodySizes(body);
    if (name === 'name') names = functionNames(body);
  }
  return { sections, functions: sizes.map((size, place) => ({ name: names.get(imported + place) ?? '', size })) };
}

function* sectionsOf(bytes) {
  const reader = new Reader(bytes, 8); // behind the magic number and the version
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.slice(reader.number());
    const inside = new Reader(section);
    yield id === 0 ? { id, name: inside.text(), body: inside.rest() } : { id, body: section };
  }
}

function importedFunctions(body) {
  const reader = new Reader(body);
  let functions = 0;
  for (let count = reader.number(); count > 0; count -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) {
      functions += 1;
      reader.number();
    } else if (kind === 3) {
      reader.slice(2);
    } else {
      if (kind === 1) reader.byte();
      if (reader.byte() % 2 === 1) reader.number();
      reader.number();
    }
  }
  return functions;
}

function bodySizes(body) {
  const reader = new Reader(body);
  return Array.from({ length: reader.number() }, () => {
    const size = reader.number();
    reader.slice(size);
    return size;
  });
}

/** The second part of the name section. */
function functionNames(body) {
  const reader = new Reader(body);
  const names = new Map();
  while (!reader.atEnd) {
    const part = reader.byte();
    const inside = new Reader(reader.slice(reader.number()));
    if (part !== 1) continue;
    for (let count = inside.number(); count > 0; count -= 1) names.set(inside.number(), inside.text());
  }
  return names;
}

class Reader {
  #bytes;
  #at;

  constructor(bytes, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get atEnd() {
    return this.#at >= this.#bytes.length;
  }

  byte() {
    this.#at += 1;
    return this.#bytes[this.#at - 1];
  }

  /** LEB128. */
  number() {
    let [value, unit] = [0, 1];
    let byte;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * unit;
      unit *= 128;
    } while (byte & 0x80);
    return value;
  }

  slice(length) {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text() {
    return new TextDecoder().decode(this.slice(this.number()));
  }

  rest() {
    return this.slice(this.#bytes.length - this.#at);
  }
}
