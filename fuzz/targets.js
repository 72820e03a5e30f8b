// The fuzzer's targets, as src/lib.rs names them, and where their inputs lie: packed in corpus/ for keeping, one by one in WORK for running.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { root } from '../scripts/command.js';

export const WORK = join(root, 'target', 'fuzz-work');
const KEPT = join(root, 'fuzz', 'corpus');

/** @returns {string[]} */
export function targets() {
  const list = /TARGETS[^=]*= &\[([^]*?)\n\];/.exec(readFileSync(join(root, 'fuzz', 'src', 'lib.rs'), 'utf8'));
  return [...list[1].matchAll(/^ *\("(\w+)",/gm)].map(([, name]) => name);
}

/** Lays what was kept beside what was found. @returns the folder */
export function unpack(target) {
  const folder = join(WORK, target);
  mkdirSync(folder, { recursive: true });
  const file = join(KEPT, `${target}.pack`);
  if (!existsSync(file)) return folder;
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    const input = bytes.subarray(at + 4, end);
    writeFileSync(join(folder, createHash('sha1').update(input).digest('hex')), input);
    at = end;
  }
  return folder;
}

/** Keeps the inputs of a folder, the shortest first, as far as they go into so many bytes. @returns {{ kept: number, bytes: number }} */
export function pack(target, folder, most) {
  const inputs = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    .sort((one, other) => one.length - other.length || one.compare(other));
  const parts = [];
  let size = 0;
  for (const input of inputs) {
    if (input.length === 0 || size + 4 + input.length > most) continue;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(input.length);
    parts.push(length, input);
    size += 4 + input.length;
  }
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, `${target}.pack`), Buffer.concat(parts));
  return { kept: parts.length / 2, bytes: size };
}
