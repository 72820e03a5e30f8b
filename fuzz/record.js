// What the shim asks of the core while the package's tests run, for the fuzzer: `node --import ./fuzz/record.js tests/node/moka.test.js`.
// Each call is written to the file that RECORD names: as the core is given it, with its answer.
import { appendFileSync } from 'node:fs';

const SECRET = /(?<!api)key|pass|salt/i; // an API key is a name
const secrets = new Set();

/** Secrets are what configurations hold under such names. */
function keepSecrets(texts) {
  for (let place = 0; place + 1 < texts.length; place += 1) if (/^merchant\./.test(texts[place]) && SECRET.test(texts[place])) secrets.add(texts[place + 1]);
}

function watched(exports) {
  let at = 0;
  const input = (size) => (at = exports.input(size));
  const call = (op, end, texts, length, now) => {
    const bytes = Buffer.from(new Uint8Array(exports.memory.buffer, at, length));
    const answered = exports.call(op, end, texts, length, now);
    const head = bytes.subarray(0, end).toString('utf8').split('\0');
    if (op === 0) keepSecrets(head);
    const told = Buffer.from(new Uint8Array(exports.memory.buffer, exports.input(0), answered)).toString('utf8');
    const known = [...secrets].filter((secret) => secret.length >= 6 && head.includes(secret));
    const line = { op, now, head, body: bytes.subarray(end).toString('base64'), answer: told.split('\0'), secrets: known };
    appendFileSync(process.env.RECORD, `${JSON.stringify(line)}\n`);
    return answered;
  };
  return { ...exports, input, call };
}

const { Instance } = WebAssembly;
WebAssembly.Instance = function Watched(module, imports) {
  const real = new Instance(module, imports);
  return 'call' in real.exports ? { exports: watched(real.exports) } : real;
};
