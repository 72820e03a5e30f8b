// Makes what the fuzzer begins with: `node fuzz/seeds.js`, after `npm run build`. The package's tests run against the simulated banks, and what
// the shim asks of the core meanwhile is sorted: payments that were begun (payments/), and what came in for them, which `npm run fuzz -- --keep`
// then reduces to what is worth keeping (corpus/).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/command.js';
import { WORK } from './targets.js';

/** The tests of the six systems and of each further one; those that time, trap or load the package have nothing to tell here. */
const LEFT_OUT = /^(bench|trap|loading|declarations|explain|bad-input|hostile-input|card-leaks|redaction|payment-page|drive)\./;
const SYSTEMS = {
  nestpay: ['isbank', 'ziraat', 'halkbank', 'teb', 'sekerbank', 'nestpay'], garanti: ['garanti'], posnet: ['yapikredi', 'posnet'],
  payflex: ['vakifbank', 'isbank-payflex', 'payflex'], paytr: ['paytr'], iyzico: ['iyzico'], payfor: ['qnb', 'enpara', 'ziraatkatilim', 'payfor'],
  interpos: ['denizbank', 'interpos'], akbank: ['akbank'], tosla: ['tosla'], moka: ['moka'], kuveytturk: ['kuveytturk'],
  vakifkatilim: ['vakifkatilim'], posnetv1: ['albaraka', 'posnetv1'],
};
const Op = { callback: 2, reply: 4, peek: 5, formula: 7, webhook: 8, reported: 10, read: 11 };
const FROM_OUTSIDE = [Op.callback, Op.reply, Op.peek, Op.webhook, Op.reported, Op.read];
/** A system's payments, and a payment's messages. */
const PAYMENTS = 24;
const MESSAGES = 30;
const LARGEST = 6 * 1024;

function record() {
  const folder = join(tmpdir(), `velopos-record-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const calls = [];
  const tests = readdirSync(join(root, 'tests', 'node')).filter((name) => name.endsWith('.test.js') && !LEFT_OUT.test(name));
  for (const name of tests) {
    const RECORD = join(folder, name);
    console.log(name);
    try {
      execFileSync(process.execPath, ['--import', './fuzz/record.js', `tests/node/${name}`], { cwd: root, env: { ...process.env, RECORD }, stdio: 'ignore' });
    } catch {
      console.log('  it failed; what it asked is taken all the same');
    }
    if (existsSync(RECORD)) calls.push(...readFileSync(RECORD, 'utf8').trim().split('\n').map((line) => JSON.parse(line)));
  }
  rmSync(folder, { recursive: true });
  return calls;
}

const systemOf = ({ op, head }) => {
  if (op === Op.webhook) return 'iyzico';
  if (op === Op.read) return 'nestpay';
  return Object.keys(SYSTEMS).find((system) => SYSTEMS[system].includes(head[0]));
};

/** Calls that differ in their numbers and texts only. */
function kindOf({ op, head }) {
  const [gateway, model, mode] = head;
  const then = op === Op.reply ? head.at(-2).replace(/[^a-z:]/gi, '').slice(0, 24) : '';
  const status = op === Op.reply && /^\d+$/.test(head.at(-1)) ? 'answered' : head.at(-1);
  const order = head.find((text) => ['preauth', 'sale'].includes(text)) ?? '';
  return [op, op === Op.webhook || op === Op.read ? '' : `${gateway} ${model} ${mode}`, then, op === Op.reply ? status : '', order].join('|');
}

/** What an order ended with; the same text is made in src/gateway.rs. */
const endOf = (answer) => [answer[4], answer[2], answer[10], answer[11], answer[12]].join(' ');
const isSigned = ({ op, answer }) => op === Op.callback && answer[0] === 'done' && answer[5] === 'signature';

const bodyOf = ({ body }) => Buffer.from(body, 'base64');
const idOf = ({ op, head }) => ([Op.callback, Op.reply].includes(op) ? head.find((text) => /^[A-Z][A-Z2-9]{19}$/.test(text)) : undefined);

/** @returns {{ payments: object[], inputs: Buffer[] }} */
function sorted(calls) {
  const kinds = new Map();
  for (const call of calls) {
    const kind = kindOf(call);
    kinds.set(kind, [...(kinds.get(kind) ?? []), call]);
  }
  const payments = [];
  const inputs = [];
  const byVariety = [...kinds.values()].sort((one, other) => varietyOf(other) - varietyOf(one)).slice(0, PAYMENTS);
  for (const same of byVariety) {
    const byHead = new Map();
    for (const call of same) byHead.set(call.head.join('\0'), [...(byHead.get(call.head.join('\0')) ?? []), call]);
    const [chosen] = [...byHead.values()].sort((one, other) => varietyOf(other) - varietyOf(one));
    const [{ op, now, head, secrets }] = chosen;
    payments.push({ op, now, head, secrets, signed: [...new Set(chosen.filter(isSigned).map(({ answer }) => endOf(answer)))] });
    // Its own messages first, then others', which are told of its order.
    for (const call of [...chosen, ...same].slice(0, 400)) {
      const [own, other] = [idOf(chosen[0]), idOf(call)];
      const body = own && other && own !== other ? Buffer.from(bodyOf(call).toString('latin1').replaceAll(other, own), 'latin1') : bodyOf(call);
      if (body.length <= LARGEST && inputs.filter((input) => input[0] === payments.length - 1).length < MESSAGES) inputs.push(Buffer.concat([Buffer.from([payments.length - 1]), body]));
    }
  }
  return { payments, inputs };
}

const varietyOf = (calls) => new Set(calls.map(({ answer }) => answer.slice(0, 1).concat(answer[0] === 'done' ? answer.slice(4, 6) : answer[0] === 'error' ? answer[3] : '').join())).size
  + (calls.some(({ answer }) => answer[0] !== 'error') ? 100 : 0);

function keep(target, inputs) {
  const folder = join(WORK, target);
  mkdirSync(folder, { recursive: true });
  for (const input of inputs) writeFileSync(join(folder, createHash('sha1').update(input).digest('hex')), input);
}

const calls = process.argv.slice(2).length > 0 ? process.argv.slice(2).flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))) : record();
mkdirSync(join(root, 'fuzz', 'payments'), { recursive: true });
for (const system of Object.keys(SYSTEMS)) {
  const { payments, inputs } = sorted(calls.filter((call) => FROM_OUTSIDE.includes(call.op) && systemOf(call) === system));
  writeFileSync(join(root, 'fuzz', 'payments', `${system}.json`), `[\n${payments.map((payment) => JSON.stringify(payment)).join(',\n')}\n]\n`);
  keep(system, inputs);
  console.log(`${system}: ${payments.length} payments, ${inputs.length} messages`);
}

// What is read is what the readers read; texts within JSON are read, too.
const outside = calls.filter(({ op }) => FROM_OUTSIDE.includes(op)).map(bodyOf).filter((body) => body.length > 0 && body.length <= LARGEST);
const begins = (mark) => outside.filter((body) => body.toString('latin1').trimStart().startsWith(mark));
keep('form', outside.filter((body) => /^[\w.-]+=/.test(body.toString('latin1'))));
keep('json', begins('{'));
keep('xml', begins('<'));
keep('html', [...outside, ...pagesIn(begins('{'))].filter((body) => /<form/i.test(body.toString('latin1'))));
keep('charset', outside.slice(0, 40).map((body) => Buffer.concat([Buffer.from([99]), body])));
keep('crypto', calls.filter(({ op }) => op === Op.formula).slice(0, 60).map(({ head }) => Buffer.from(`\x20${head.slice(1).join('')}`)));
keep('money', ['\x00149.90', '\x04150', '\x000.01', '\x009999999999.99', '\x00149,90', '\x0014990'].map((text) => Buffer.from(text, 'latin1')));
keep('time', ['2024-02-29', '20221030 17:42:33', '2022-10-30 17:42:33.123', '30.10.2022 17:42:33', '\0\0\0\0\0\0\0\0\0\0\0'].map((text) => Buffer.from(text, 'latin1')));
const kinds = new Map(calls.map((call) => [`${kindOf(call)} ${call.answer[0]}`, call]));
keep('frame', [...kinds.values()].map((call) => {
  const head = Buffer.from(call.head.join('\0'));
  return Buffer.concat([Buffer.from([call.op, head.length & 255, head.length >> 8]), head, bodyOf(call)]);
}).filter((input) => input.length <= LARGEST));

/** Pages that a bank's JSON carries in base64. */
function pagesIn(bodies) {
  return bodies.flatMap((body) => [...body.toString('latin1').matchAll(/"([\w+/]{80,}={0,2})"/g)].map(([, text]) => Buffer.from(text, 'base64')));
}
