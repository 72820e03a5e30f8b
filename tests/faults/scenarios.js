// What happens on a site on an ordinary day, at every bank and in every way: each of these is run undisturbed, and then again and again
// with something going wrong at every single place of it.

import {
  bankOfAccount, checkOut, comeBack, later, leave, look, order, orderByLink, payAtBank, payWithWix, press, refundInWix,
} from './people.js';

const ACCOUNTS = ['isbank', 'garanti', 'yapikredi', 'vakifbank', 'paytr', 'iyzico'];
/** The models beside each gateway's own page. */
const MODELS = ['isbank-3d', 'garanti-3d', 'vakifbank-3d', 'paytr-direct', 'iyzico-3ds'];
const TELLS = ['isbank', 'paytr', 'iyzico'];              // its server tells the site, too
const BROWSER_PROVES = (account) => account !== 'paytr' && account !== 'paytr-direct';   // PayTR's browser brings nothing
const SOON = 3;
const WHOLE = 14990n;

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} account
 * @property {(world: import('./world.js').FaultWorld) => Promise<void>} play
 * @property {{ kept: bigint, order: string, asked?: bigint, late?: boolean }} end how it must end undisturbed: what the bank keeps, how the
 *   order stands. `asked`: what was asked to go back, more of which must never go; `late`: whether money may come late
 */

/** Pays, and comes back or not. */
async function pay(world, intentId, account, { card, back = true } = {}) {
  const page = intentId && await leave(world, intentId, account);
  if (!page) return;
  const seen = await payAtBank(world, intentId, account, page, card);
  if (!back) return;
  await comeBack(world, seen);
  await look(world, intentId);
}

async function buy(world, account, product, how) {
  await pay(world, await order(world, account, product), account, how);
}

/** @returns {Scenario[]} */
export function scenarios() {
  const list = [];
  const add = (name, accounts, end, play) => {
    for (const account of accounts) list.push({ name: `${account}: ${name}`, account, end, play: (world) => play(world, account) });
  };

  add('paid, back in the browser', [...ACCOUNTS, ...MODELS], { kept: WHOLE, order: 'paid' }, async (world, account) => {
    world.mute = BROWSER_PROVES(account) ? ['bankNotification', 'paytrNotification', 'iyzicoWebhook'] : [];
    await buy(world, account);
    await later(world, SOON);
  });
  add('paid, told by the bank’s server', TELLS, { kept: WHOLE, order: 'paid' }, async (world, account) => {
    await buy(world, account, 'kahve', { back: false });
    await later(world, 1);
  });
  add('paid, told both ways', TELLS, { kept: WHOLE, order: 'paid' }, async (world, account) => {
    await buy(world, account);
    await later(world, SOON);
  });
  add('paid, the window closed, nobody told', ACCOUNTS.filter((account) => account !== 'yapikredi'), { kept: WHOLE, order: 'paid' }, async (world, account) => {
    world.mute = ['bankNotification', 'paytrNotification', 'iyzicoWebhook'];
    await buy(world, account, 'kahve', { back: false });
    await later(world, SOON);
  });
  add('declined, then paid', ACCOUNTS, { kept: WHOLE, order: 'paid' }, async (world, account) => {
    const first = await order(world, account);
    await pay(world, first, account, { card: 'insufficient-funds' });
    const next = first && await world.message('retryPayment', () => world.ask(({ shop }) => shop.retryPayment(first)));
    await pay(world, next?.intentId, account);
    await later(world, SOON);
  });
  add('never paid', ACCOUNTS, { kept: 0n, order: 'awaiting-payment' }, async (world, account) => {
    const intentId = await order(world, account);
    if (intentId) await leave(world, intentId, account);
    await later(world, SOON, 50);
  });

  const given = (amount, id = 'a'.repeat(32)) => ({ id, amount });
  add('all of it given back', ACCOUNTS, { kept: 0n, order: 'refunded', asked: WHOLE }, async (world, account) => {
    await buy(world, account);
    world.bankOf(bankOfAccount(account)).settle?.();
    await press(world, 'refund', given('149.90'));
    await later(world, SOON);
  });
  add('given back in two parts', ACCOUNTS, { kept: 9990n, order: 'paid', asked: 5000n }, async (world, account) => {
    await buy(world, account);
    world.bankOf(bankOfAccount(account)).settle?.();
    await press(world, 'refund', given('40.00'));
    await press(world, 'refund', given('10.00', 'b'.repeat(32)));
    await later(world, SOON);
  });
  const reserving = ACCOUNTS.filter((account) => account !== 'paytr');
  add('undone on the same day', reserving, { kept: 0n, order: 'refunded', asked: WHOLE }, async (world, account) => {
    await buy(world, account);
    await press(world, 'voidPayment', { id: 'a'.repeat(32) });
    await later(world, SOON);
  });
  add('reserved, and taken', reserving, { kept: 200000n, order: 'paid' }, async (world, account) => {
    await buy(world, account, 'degirmen');
    await press(world, 'capture', given('2000.00'));
    await later(world, SOON);
  });
  add('reserved, and released', reserving, { kept: 0n, order: 'released', asked: 215000n }, async (world, account) => {
    await buy(world, account, 'degirmen');
    await press(world, 'voidPayment', { id: 'a'.repeat(32) });
    await later(world, SOON);
  });
  add('undone after it was taken of what was reserved', reserving, { kept: 0n, order: 'refunded', asked: 215000n }, async (world, account) => {
    await buy(world, account, 'degirmen');
    await press(world, 'capture', given('2000.00'));
    await press(world, 'voidPayment', { id: 'b'.repeat(32) });
    await later(world, SOON);
  });
  // Where the site takes the money itself (POSNET) it does not take it any more; PayTR closes its page by itself.
  add('paid when nobody waits for it any more', ACCOUNTS.filter((account) => account !== 'yapikredi' && account !== 'paytr'),
    { kept: 0n, order: 'awaiting-payment', late: true, asked: WHOLE }, async (world, account) => {
      const intentId = await order(world, account);
      const page = intentId && await leave(world, intentId, account);
      await later(world, 46);
      const seen = page && await payAtBank(world, intentId, account, page).catch(() => null);   // the bank may have taken its page back
      if (seen) await comeBack(world, seen);
      await later(world, SOON, 60);
    });

  add('paid in Wix’s checkout', ACCOUNTS, { kept: WHOLE, order: 'approved' }, async (world, account) => {
    await pay(world, await checkOut(world, account), account);
    await later(world, SOON);
  });
  add('declined in Wix’s checkout', ACCOUNTS, { kept: 0n, order: 'declined' }, async (world, account) => {
    await pay(world, await checkOut(world, account), account, { card: 'insufficient-funds' });
    await later(world, SOON, 50);
  });
  add('abandoned in Wix’s checkout', ['isbank', 'garanti', 'iyzico'], { kept: 0n, order: 'declined' }, async (world, account) => {
    const intentId = await checkOut(world, account);
    if (intentId) await leave(world, intentId, account);
    await later(world, SOON, 50, 60);
  });
  add('given back in Wix’s dashboard', ACCOUNTS, { kept: 9990n, order: 'approved', asked: 5000n }, async (world, account) => {
    await pay(world, await checkOut(world, account), account);
    world.bankOf(bankOfAccount(account)).settle?.();
    await refundInWix(world, '5000');
    await later(world, SOON);
  });
  add('paid by a link to a Wix order, and undone', ['isbank'], { kept: 0n, order: 'VOIDED', asked: WHOLE }, async (world, account) => {
    await pay(world, await orderByLink(world), account);
    await press(world, 'voidPayment', { id: 'a'.repeat(32) });
    await later(world, SOON);
  });
  add('paid by a link to a Wix order', ['garanti', 'iyzico'], { kept: WHOLE, order: 'APPROVED' }, async (world, account) => {
    world.firstAccount(account);
    await pay(world, await orderByLink(world), account);
    await later(world, SOON);
  });
  list.push({
    name: 'Wix Pay: paid through another provider', account: 'wix', end: { kept: 0n, order: 'paid' },
    play: async (world) => { await payWithWix(world); await later(world, SOON); },
  });
  return list;
}
