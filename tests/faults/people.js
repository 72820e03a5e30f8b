// Who uses the site: a customer with a browser, an owner, Wix, the scheduled job. They know what they are shown, and try again as people do.

import { BASE, CUSTOMER } from '../site/world.js';
import { AT_BANK } from '../site/chaos.js';
import { BANKS } from './world.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ADMIN = { member: { _id: 'm-admin', profile: { nickname: 'Deniz' } }, roles: [{ title: 'Admin' }] };
const CARD = { holder: 'AYŞE YILMAZ', number: '4000000000000002', month: '12', year: '30', cvv: '000' };
const TRIES = 3;

/** Where each account's page is, and how its customer gets in. */
const DOORS = {
  ...AT_BANK,
  'isbank-3d': AT_BANK.isbank,
  'garanti-3d': AT_BANK.garanti,
  'vakifbank-3d': { bank: 'payflex', visit: (bank, { start }, card) => bank.visit3D(enrollmentOf(start), { card }) },
  'paytr-direct': { bank: 'paytr', visit: (bank, { page, typed }) => bank.visitForm({ ...AT_BANK.isbank.door(page), ...typed }) },
  'iyzico-3ds': { bank: 'iyzico', visit: (bank, { page }) => bank.visitThreeDS(Buffer.from(page.text).toString('base64')) },
};
/** In these our own page asks for the card, and it passes through our server. */
const OWN_CARD_PAGE = ['isbank-3d', 'vakifbank-3d', 'iyzico-3ds'];

const enrollmentOf = ({ order: stored }) => new URLSearchParams(JSON.parse(stored).refs).get('token');

export const bankOfAccount = (account) => DOORS[account].bank;

/** Tries until there is an answer that will do. @template T @param {import('./world.js').FaultWorld} world @param {() => Promise<T | null>} work */
async function patiently(world, work, isGood = (answer) => answer !== null) {
  for (let tries = 1; ; tries += 1) {
    const answer = await work();
    if (isGood(answer) || tries === TRIES) return answer;
    await world.elapse(40 * SECOND);
  }
}

// ---- a customer

/** @returns {Promise<string | undefined>} the attempt */
export async function order(world, account, product = 'kahve') {
  const begun = await patiently(world, () => world.message('startPayment', () => world.ask(({ shop }) => shop.startPayment(product, account, CUSTOMER))));
  return begun?.intentId;
}

/** To the bank's page. @returns {Promise<object | null>} what the browser shows there */
export async function leave(world, intentId, account) {
  const url = `${BASE}/pay/${intentId}`;
  const isPage = (answer) => answer !== null && (answer.status === 200 || (answer.status === 303 && answer.location.startsWith(BANKS)));
  const page = await patiently(world, () => world.deliver(url), isPage);
  if (!isPage(page)) return null;
  if (!OWN_CARD_PAGE.includes(account)) return page;
  const post = () => world.deliver(url, { method: 'POST', body: new URLSearchParams(CARD).toString() });
  const next = await patiently(world, post, (answer) => answer !== null && answer.status !== 503);
  return isPage(next) && next.text.includes('name=') ? next : null;
}

/** Pays there, with whatever card. @returns {Promise<{ url?: string, body?: string | null }>} what brings the browser back */
export async function payAtBank(world, intentId, account, page, card = 'success') {
  const { bank, door, visit } = DOORS[account];
  const start = world.data.one('VeloposStarts', intentId);
  const { cardInputs = {} } = start?.redirect && start.redirect !== 'null' ? JSON.parse(start.redirect) : {};
  const typed = Object.fromEntries(Object.entries(cardInputs).map(([name, input]) => [input, CARD[name]]));
  const simulator = world.bankOf(bank);
  try {
    const seen = visit ? await visit(simulator, { page, start, typed }, card) : await simulator.visit(withTyped(door(page), typed), { card });
    return seen;
  } finally {
    await world.quiet();
  }
}

const withTyped = (entrance, typed) => (typeof entrance === 'object' ? { ...entrance, ...typed } : entrance);

/** Once: a form that was lost is not sent again by itself. */
export async function comeBack(world, { url, body }) {
  if (!url || body === null) return null;
  return world.deliver(url, body === undefined || body === '' ? {} : { method: 'POST', body });
}

export async function look(world, intentId) {
  return world.message('paymentState', () => world.ask(({ shop }) => shop.paymentState(intentId)));
}

// ---- the owner

/** A button of the admin page: what has no answer is pressed again, with the same id. @param {'refund' | 'voidPayment' | 'capture'} verb */
export async function press(world, verb, wish) {
  world.member = ADMIN;
  const [payment] = world.payments;
  if (!payment) return null;
  const work = () => world.message(verb, () => world.ask(({ site }) => site.admin[verb](payment._id, { why: 'arıza', ...wish })));
  return patiently(world, work, (answer) => answer !== null && answer.state !== 'busy');
}

// ---- Wix

const BUYER = { firstName: 'Ayşe', lastName: 'Yılmaz', email: 'ayse@example.com', phone: '+90 555 123 45 67' };
const RETURNS = Object.fromEntries(['success', 'error', 'cancel', 'pending'].map((end) => [`${end}Url`, `https://cashier.example/${end}?t=1`]));
export const TRANSACTION = '7b0a5d2e-0000-4000-8000-000000000001';

/** A buyer in Wix's checkout. @returns {Promise<string | undefined>} the attempt */
export async function checkOut(world, account) {
  const asked = {
    wixTransactionId: TRANSACTION, merchantCredentials: { siteUrl: 'https://www.example.com', account }, wixMerchantId: 'm',
    order: {
      _id: 'wix-order-1', returnUrls: RETURNS,
      description: { totalAmount: '14990', currency: 'TRY', items: [], charges: {}, billingAddress: BUYER, buyerInfo: { buyerId: 'b', buyerLanguage: 'tr' } },
    },
  };
  const answer = await patiently(world, () => world.message('createTransaction', () => world.ask(({ site }) => site.plugin.createTransaction(asked))));
  return answer?.redirectUrl && answer.pluginTransactionId;
}

/** The owner gives money back in Wix's own dashboard; Wix asks again when it has not heard the answer. */
export async function refundInWix(world, minor, wixRefundId = '5c0a5d2e-0000-4000-8000-000000000001') {
  const [payment] = world.payments;
  const asked = { wixTransactionId: TRANSACTION, wixRefundId, pluginTransactionId: payment?.intentId, refundAmount: minor, reason: 'arıza' };
  return payment && patiently(world, () => world.message('refundTransaction', () => world.ask(({ site }) => site.plugin.refundTransaction(asked))));
}

/** A link to an order of Wix's that the owner has sent. @returns {Promise<string | undefined>} the attempt */
export async function orderByLink(world) {
  const { _id } = world.wix.addOrder({ priceSummary: { total: { amount: '149.90' } }, balanceSummary: { balance: { amount: '149.90' } } });
  const begun = await patiently(world, () => world.message('payOrder', () => world.ask(({ site }) => site.wixOrders.payOrder(_id))));
  return begun?.intentId;
}

/** Our own order, paid through another provider; Wix tells the backend until it has heard that it was heard. */
export async function payWithWix(world) {
  const begun = await patiently(world, () => world.message('createWixPayment', () => world.ask(({ site }) => site.wixPay.createWixPayment('kahve', CUSTOMER))));
  if (!begun?.paymentId) return;
  const payment = { id: begun.paymentId, ...world.wix.wixPayments.get(begun.paymentId) };
  const event = { payment, status: 'Successful', transactionId: 'wix-transaction-1', userInfo: {} };
  world.paidInWix.push({ paymentId: begun.paymentId, minor: 14990n });
  await patiently(world, () => world.message('wixPay_onPaymentUpdate', () => world.ask(async ({ site }) => { await site.events.wixPay_onPaymentUpdate(event); return true; })));
}

// ---- the clock

export async function runJob(world) {
  await world.message('job', () => world.ask(({ site }) => site.settle.settle()));
  await world.quiet();
}

/** What is done on a site whose day goes on: minutes pass and the job runs. */
export async function later(world, ...minutes) {
  for (const each of minutes) {
    await world.elapse(each * MINUTE);
    await runJob(world);
  }
}
