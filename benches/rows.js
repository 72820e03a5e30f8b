// The rows of the table: what is done in each, by the package and by its peers.
import { createRequire } from 'node:module';
import { garanti } from './peers/garanti.js';
import * as hashAlone from './peers/hash-alone.js';
import { iyzico } from './peers/iyzico.js';
import { nestpay } from './peers/nestpay.js';
import { paytr } from './peers/paytr.js';
import { twoStage } from './peers/two-stage.js';

/**
 * @typedef {(input: import('./messages.js').Input) => any} Work
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title what goes in and what comes out
 * @property {string} traffic which messages it reads
 * @property {number} target the ratio to `node:crypto` on Node 20 that is aimed at
 * @property {(config: any) => Work} ours
 * @property {(config: any, digests: import('./peers/digests.js').Digests) => Promise<Work>} theirs
 * @property {(config: any) => Work} [hashAlone]
 * @property {(result: any) => any} comparable the result without what only one of the two makes
 */

const callbackOf = ({ createPos }) => (config) => {
  const pos = createPos(config);
  return ({ order, body }) => pos.step.callback(order, body);
};

/** The rows, done by this copy of the package. @returns {Row[]} */
export const rowsOf = (velopos) => [
  {
    id: 'nestpay-callback',
    title: 'NestPay callback, 54 fields, every check → payment',
    traffic: 'nestpay',
    target: 0.3,
    ours: callbackOf(velopos),
    theirs: async (config, digests) => {
      const peer = await nestpay(config, digests);
      return ({ order, body }) => peer.callback(order, body);
    },
    hashAlone: hashAlone.nestpay,
    comparable: step,
  },
  {
    id: 'iyzico-webhook',
    title: 'iyzico webhook, JSON and its signature → event',
    traffic: 'iyzico',
    target: 0.5,
    ours: ({ merchant: { secretKey } }) => ({ body, signature }) => velopos.iyzico.verifyWebhook(body, signature, secretKey),
    theirs: async ({ merchant: { secretKey } }, digests) => {
      const webhook = await iyzico(secretKey, digests);
      return ({ body, signature }) => webhook(body, signature);
    },
    hashAlone: hashAlone.iyzico,
    comparable: (event) => event,
  },
  {
    id: 'paytr-notification',
    title: 'PayTR notification → payment',
    traffic: 'paytr',
    target: 0.4,
    ours: callbackOf(velopos),
    theirs: async (config, digests) => {
      const peer = await paytr(config, digests);
      return ({ order, body }) => peer.notification(order, body);
    },
    hashAlone: hashAlone.paytr,
    comparable: step,
  },
  {
    id: 'garanti-callback',
    title: 'Garanti callback, 48 fields → signed question to the bank',
    traffic: 'garanti',
    target: 0.4,
    ours: callbackOf(velopos),
    theirs: async (config, digests) => {
      const peer = await garanti(config, digests);
      return ({ order, body }) => peer.callback(order, body);
    },
    hashAlone: hashAlone.garanti,
    comparable: step,
  },
  {
    id: 'nestpay-form',
    title: 'NestPay: a checked order → signed form',
    traffic: 'nestpay',
    target: 0.5,
    ours: (config) => {
      const pos = velopos.createPos(config);
      return ({ order }) => pos.step.start(fresh(order));
    },
    theirs: async (config, digests) => {
      const peer = await nestpay(config, digests);
      return ({ order }) => peer.start(fresh(order));
    },
    comparable: ({ type, redirect: { kind, action, fields: { rnd, hash, ...fields } }, order: { refs, ...order } }) =>
      ({ type, kind, action, fields, order, sizes: [rnd, hash, refs].map(({ length }) => length) }),
  },
  {
    id: 'hash-data',
    title: 'generateHashData: three texts → two-stage SHA-1',
    traffic: 'nestpay',
    target: 0.6,
    ours: ({ merchant: { storeKey, clientId } }) => ({ order }) => velopos.generateHashData(storeKey, clientId, order.id + order.amount),
    theirs: async ({ merchant: { storeKey, clientId } }, digests) => {
      const compute = twoStage(digests);
      return ({ order }) => compute(storeKey, clientId, order.id + order.amount);
    },
    comparable: (digest) => digest,
  },
];

export const ROWS = rowsOf(createRequire(import.meta.url)('../dist/index.cjs'));

/** The order before it was started. */
function fresh({ id, amount, currency, urls, customer }) {
  return { id, amount, currency, urls, customer };
}

/** A step without the ledger and the words for customers, which the peers do not have. */
function step({ type, payment, request, then, order }) {
  if (type === 'ask' || (type === 'send' && request.body.startsWith('DATA='))) return { type: 'ask' };
  if (type === 'send') return { type, then, url: request.url, body: request.body, headers: request.headers, order };
  const { refs, decline, ...rest } = payment;
  return { type, ...rest, decline: decline && { bankCode: decline.bankCode, bankMessage: decline.bankMessage } };
}
