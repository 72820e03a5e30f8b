// A shop at the simulated iyzico, with a table of claims and a list of what it has asked for: for the tests of a payment's whole life.
import { createPos } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { keep, newOrder } from './new-order.js';
import { iyzico } from './shop.js';

export { keep, newOrder };
export const SALE = '5528790000000008';

/** @returns the banks, of which only iyzico matters here; `clock` moves their time */
export async function startIyzico() {
  const clock = { ahead: 0 };
  const banks = await startBanks({
    shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK'), now: () => Date.now() + clock.ahead,
    iyzico: { times: { slowMs: 5, hangMs: 400 } },
  });
  return Object.assign(banks, { clock });
}

/** A setting of the simulated iyzico for as long as the work takes. */
export async function withSettings({ iyzico: { settings } }, changes, work) {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, settings[name]]));
  Object.assign(settings, changes);
  try {
    return await work();
  } finally {
    Object.assign(settings, before);
  }
}

export const card = (number, more) => ({ number, month: '12', year: '30', cvv: '000', holder: 'Ayşe Yılmaz', ...more });

/** @param {object} config what differs from the account of these tests */
export function openShop(banks, config, options) {
  const claims = new Map();
  const asked = [];
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const counted = (url, init) => {
    asked.push(new URL(url).pathname.replace('/iyzico', ''));
    return fetch(url, init);
  };
  const pos = createPos({ ...iyzico, endpoints: { api: `${banks.url}/iyzico` }, ...config }, { claim, fetch: counted, timeoutMs: 2000, ...options });
  const times = (path) => asked.filter((each) => each === path).length;

  /** The customer on iyzico's page. */
  async function visitForm(changes, customer) {
    const started = await pos.start(newOrder(changes));
    const token = new URL(started.redirect.url).searchParams.get('token');
    return { stored: started.order, ...(await banks.iyzico.visit(token, customer)) };
  }
  /** The customer at the card's bank. */
  async function visitThreeDS({ number = SALE, changes, customer } = {}) {
    const started = await pos.start(newOrder(changes), { card: card(number) });
    const { paymentId } = banks.iyzico.find(started.order.id);
    return { stored: started.order, started, paymentId, ...(await banks.iyzico.visitThreeDS(paymentId, customer)) };
  }
  /** A payment that is finished, by the way of this shop's model. */
  async function pay(changes, customer) {
    const { stored, body } = await (config?.model === '3ds' ? visitThreeDS({ changes, customer }) : visitForm(changes, customer));
    const payment = await pos.finish(stored, body);
    return { payment, stored: keep(stored, payment) };
  }
  return { pos, claims, asked, times, visitForm, visitThreeDS, pay };
}
