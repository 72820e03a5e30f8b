// Everything that the package exports, with arguments that are right, so that a fuzzer can spoil them.
import { furtherAccounts } from '../../../banks/accounts.js';
import { hostedReturn } from '../gate/nestpay.js';
import { hostedEvent } from '../gate/iyzico.js';
import { ver3 } from '../oracle/nestpay.js';
import { isbank, iyzico, order, paytr } from '../shop.js';

const card = { number: '4508034508034509', month: '12', year: '30', cvv: '000', holder: 'AYSE' };
const days = { from: '2026-11-01', to: '2026-11-03' };
const fields = { a: '1', B: '2', amount: '149.90', merchantId: 'x', xid: 'y', currency: 'TRY' };

/**
 * @param {any} velopos one of the package's entries
 * @param {any[]} further accounts of banks that only `velopos/all` has
 * @returns {{ calls: { name: string, call: Function, args: any[] }[], isRight: () => string | null, settles: Function }}
 */
export function surfaceOf(velopos, further = []) {
  const { createPos } = velopos;
  const calls = [];
  const add = (name, call, ...args) => calls.push({ name, call, args });

  add('createPos', createPos, isbank, { timeoutMs: 50, trustHosts: ['x.example'], fetch: async () => new Response(''), claim: async () => true });
  add('newOrderId', velopos.newOrderId);
  add('generateHashData', velopos.generateHashData, 'p', 't', 'd');
  for (const [system, formulas] of Object.entries(velopos).filter(([, value]) => typeof value === 'object')) {
    for (const [name, formula] of Object.entries(formulas)) {
      const args = { 'iyzico.responseSignature': [['1', '2'], 'secret'], 'iyzico.webhookSignature': ['{}', 'secret', 'id'], 'iyzico.verifyWebhook': ['{}', 'x', 'secret', 'id'] };
      add(`${system}.${name}`, formula, ...(args[`${system}.${name}`] ?? [fields, 'secret', 'secret']));
    }
  }

  const pos = createPos(isbank);
  const started = pos.step.start(order);
  const genuine = hostedReturn(started.redirect.fields);
  const paid = pos.step.callback(started.order, genuine).order;
  const asked = pos.step.ask(started.order, 'inquire');
  const refund = pos.step.ask(paid, 'refund', { id: 'R1', amount: '1.00' });
  add('parseIsbankResponse', velopos.parseIsbankResponse, genuine);
  add('validatePayment', velopos.validatePayment, genuine, started.order, isbank.merchant);
  add('paymentPage', velopos.paymentPage, started.redirect, { title: 'x', language: 'tr', nonce: 'abc' });

  const machine = (name, { step }, stored, message) => {
    add(`${name}.step.start`, step.start.bind(step), order, { card });
    add(`${name}.step.callback`, step.callback.bind(step), stored, message);
    add(`${name}.step.ask`, step.ask.bind(step), paid, 'refund', { id: 'R2', amount: { minor: '100' } });
    add(`${name}.step.reply`, step.reply.bind(step), asked.order, asked.then, { status: 200, body: '<R/>' });
    add(`${name}.step.listed`, step.listed.bind(step), asked.order, asked.then, { status: 200, body: new Uint8Array([60]) });
    add(`${name}.step.report`, step.report.bind(step), days);
    add(`${name}.step.reported`, step.reported.bind(step), days, 'reads:x', { status: 200, body: '{}' });
  };
  machine('isbank', pos, started.order, genuine);
  add('isbank.step.reply to a refund', pos.step.reply.bind(pos.step), refund.order, refund.then, { claimed: false });
  const webhook = hostedEvent();
  for (const config of [paytr, iyzico, { ...isbank, model: '3d' }, ...further]) {
    const own = createPos(config, { claim: async () => true });
    const stored = { ...started.order, ...own.toJSON() };
    const message = config === iyzico ? { body: webhook.body, headers: { 'x-iyz-signature-v3': webhook.signature } } : 'a=1&b=2';
    machine(config.gateway, own, stored, message);
    add(`${config.gateway}.peek`, own.peek.bind(own), message);
  }
  add('peek', pos.peek.bind(pos), genuine);
  add('toJSON', pos.toJSON.bind(pos), 'x');
  add('a step, written down', (...args) => [asked, refund, pos].map((each) => JSON.stringify(each) + (each.request?.toJSON(...args).url ?? '')), 'order');

  // What sends: its fetch and its claim are the caller's, and may be anything.
  const speaking = (fetch, claim) => createPos({ ...isbank, model: '3d' }, { fetch: async () => fetch, claim: async () => claim, timeoutMs: 25 });
  const answer = { status: 200, body: '<R/>', text: async () => '<R/>' };
  add('inquire', (fetch, claim, ...args) => speaking(fetch, claim).inquire(...args), answer, true, { ...started.order, model: '3d' });
  add('refund', (fetch, claim, ...args) => speaking(fetch, claim).refund(...args), answer, true, { ...paid, model: '3d' }, { id: 'R3', amount: '1.00' });
  add('void', (fetch, claim, ...args) => speaking(fetch, claim).void(...args), answer, true, { ...paid, model: '3d' }, { id: 'V1' });
  add('capture', (fetch, claim, ...args) => speaking(fetch, claim).capture(...args), answer, true, { ...paid, model: '3d' }, { id: 'C1', amount: '1.00' });
  add('finish', (fetch, claim, ...args) => speaking(fetch, claim).finish(...args), answer, true, { ...started.order, model: '3d' }, genuine);
  add('start', (fetch, claim, ...args) => speaking(fetch, claim).start(...args), answer, true, order, { card });
  add('history', (fetch, claim, ...args) => speaking(fetch, claim).history(...args), answer, true, { ...paid, model: '3d' });
  add('report', (fetch, ...args) => createPos(paytr, { fetch: async () => fetch, timeoutMs: 25 }).report(...args), answer, days);

  const hash = ver3(Object.entries({ a: '1|', B: '2\\' }), 'key|');
  /** What is wrong with the package after all that, if something is. */
  function isRight() {
    if (pos.step.callback(started.order, genuine).payment?.status !== 'paid') return 'a genuine message is not believed';
    if (velopos.nestpay.hash({ a: '1|', B: '2\\' }, 'key|') !== hash) return 'a digest is wrong';
    if (!/^[A-Z2-9]{20}$/.test(velopos.newOrderId())) return 'an order id is wrong';
    return null;
  }
  return { calls, isRight };
}

/** The accounts that only `velopos/all` can open. */
export const further = () => Object.values(furtherAccounts('http://127.0.0.1:9'));
