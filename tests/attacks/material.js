// What the attacker has to work with: stored orders, and the genuine messages that came of them.
import { createHash } from 'node:crypto';
import { minorOf } from './judge.js';
import { SHOP } from './wire.js';

/** A shop, its account, and the simulated bank that it has it at. */
export function openShop({ velopos, name, config, bank, account, reads, model }) {
  const whole = model ? { ...config, model } : config;
  const pos = velopos.createPos(whole);
  const { gateway, mode, model: itsModel } = { gateway: pos.toJSON().gateway, mode: pos.toJSON().mode, model: pos.toJSON().model };
  const secrets = Object.entries(config.merchant).filter(([key]) => key !== 'apiKey' && /key|pass|salt/i.test(key)).map(([, value]) => value);
  return {
    name: `${name} ${itsModel} ${mode}`, config: whole, pos, gateway, mode, model: itsModel, account, bank, secrets, reads, version: 0,
    mine: name.startsWith('attacker'),
  };
}

/** The addresses carry the id of an attempt, which only its customer and the bank get to see. */
const urls = (id) => {
  const attempt = createHash('sha256').update(`attempt of ${id}`).digest('hex').slice(0, 32);
  return { ok: `${SHOP}/_functions/payment3DSuccess/${attempt}`, fail: `${SHOP}/_functions/payment3DFail/${attempt}` };
};

/** Order numbers, each of them once. @param {(() => string)[]} shapes */
export function numbersOf(dice, shapes) {
  const used = new Set();
  return () => {
    for (;;) {
      const id = dice.pick(shapes)();
      if (!used.has(id)) {
        used.add(id);
        return id;
      }
    }
  };
}

/**
 * Our own server asks for the money of every second payment. What is not asked for, the bank knows nothing of: the answer to such a request
 * is lost, and any other answer is somebody else's.
 */
export async function provisioned(kept, { target, step, ask }) {
  const asks = kept.filter(({ then }) => then.startsWith('moves')).length % 2 === 0;
  kept.push({ target, order: step.order, then: step.then, answer: asks ? await ask(target.shop.bank, step.request) : { lost: 'network' } });
}

/** An order of the shop, before it is started. */
export function newOrder(id, changes = {}) {
  return {
    id, amount: '149.90', currency: 'TRY', urls: urls(id),
    customer: { ip: '85.34.78.112', email: 'ayse@example.com', name: 'Ayşe Yılmaz', phone: '05321234567', language: 'tr' }, ...changes,
  };
}

/** What a bank's book says, in the words of the judge. `failed`: this order was refused or given up before there was anything to write down. */
export function said(order, view, failed) {
  const money = ['paid', 'authorized', 'refunded', 'voided'].includes(view?.status) ? view.status : undefined;
  const same = view && view.minor === minorOf(order.amount, order.currency) && view.currency === order.currency;
  return {
    money, minor: view?.minor ?? 0n, captured: view?.captured ?? 0n, refunded: view?.refunded ?? 0n, currency: view?.currency ?? '',
    mdStatus: view?.mdStatus ?? '1', declined: !money && (failed || Boolean(same && view.status === 'declined')),
  };
}

export function createMaterial() {
  const targets = [];
  const lists = { forms: [], webhooks: [] };
  const ofTarget = new Map();
  const ofGroup = new Map();
  const keep = (map, key, list, message) => {
    const all = map.get(key) ?? map.set(key, new Map()).get(key);
    const kept = all.get(list) ?? all.set(list, []).get(list);
    kept.push(message);
  };

  /** @param {{ shop: any, order: any, failed?: boolean, find?: () => any }} given */
  function target({ shop, order, find = () => shop.bank.find(order.id), ...rest }) {
    const made = { shop, pos: shop.pos, order, failed: false, ...rest };
    made.said = () => said(made.order, find(), made.failed);
    targets.push(made);
    return made;
  }

  /** A genuine message. @param {'forms' | 'webhooks'} list */
  function message(list, made) {
    lists[list].push(made);
    keep(ofTarget, made.target, lists[list], made);
    keep(ofGroup, made.target.shop.name, lists[list], made);
  }

  return {
    targets, ...lists, target, message,
    messagesOf: (one, list) => ofTarget.get(one)?.get(list) ?? [],
    near: (one, list) => ofGroup.get(one.shop.name)?.get(list) ?? [],
  };
}
