// Every gateway in a real browser, in each of the ways that a card can take: one card that is declined, then one that pays the order.
// What must agree in the end: the site's books, the bank's own ledger, and what the browser was seen to send.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accounts } from '../../scripts/example.js';
import { cardByName } from '../../banks/cards.js';
import { openStage, SCREENS } from './stage.js';

const BANKS_PAGE = 'the bank’s page asks for the card';
const SHOPS_PAGE = 'the shop’s page asks, and the card goes from the browser straight to the bank';
const SHOPS_SERVER = 'the shop’s page asks, and the card passes through the site’s server';

const NO_MONEY = /bakiye|limit/i;
const NO_REASON = /onaylamadı/;                          // PayTR tells none
const PERHAPS_NO_REASON = /bakiye|limit|onaylamadı/i;    // İş Bankası tells its reason once; who has to ask again is not told it

// An account `garanti-3d` is the example's `garanti` with the model `3d`.
const WAYS = [
  { account: 'garanti', bank: 'garanti', way: BANKS_PAGE },
  { account: 'garanti-3d', bank: 'garanti', way: SHOPS_PAGE },
  { account: 'garanti-3d_pay', bank: 'garanti', way: SHOPS_PAGE },
  { account: 'yapikredi', bank: 'posnet', way: BANKS_PAGE },
  { account: 'vakifbank', bank: 'payflex', way: BANKS_PAGE },
  { account: 'vakifbank-3d', bank: 'payflex', way: SHOPS_SERVER },
  { account: 'isbank-3d', bank: 'nestpay', way: SHOPS_SERVER, declined: PERHAPS_NO_REASON },
  { account: 'paytr-direct', bank: 'paytr', way: SHOPS_PAGE, declined: NO_REASON },
  { account: 'iyzico-3ds', bank: 'iyzico', way: SHOPS_SERVER },
];

const [PHONE] = SCREENS;

let stage;

before(async () => {
  stage = await openStage({ moreAccounts });
});

after(() => stage?.close());

function moreAccounts(url) {
  const all = accounts(url);
  const more = WAYS.filter(({ account }) => !Object.hasOwn(all, account));
  return Object.fromEntries(more.map(({ account }) => {
    const [name, model] = account.split('-');
    return [account, { ...all[name], model }];
  }));
}

describe('each customer has a page of their own', { concurrency: 3 }, () => {
  for (const { account, bank, way, declined = NO_MONEY } of WAYS) {
    test(`${account}: ${way}; one card is declined, another pays the order`, async () => {
      const visitor = await stage.visit(PHONE);
      const customer = visitor.asCustomer();
      const payWith = async (card) => {
        await (way === BANKS_PAGE ? customer.enterCard(card) : customer.enterCardInShop(card));
        await customer.enterPassword();
      };

      await customer.choose(account);
      assert.match(await customer.wayOfCard(), way === SHOPS_SERVER ? /sunucusundan geçerek/ : /doğrudan bankaya/);
      await customer.goToPayment();
      await payWith('insufficient-funds');
      assert.match(await customer.result('declined'), declined);
      assertUnpaid(ordered(customer), bank);

      await customer.tryAgain();
      await payWith('success');
      assert.match(await customer.result('paid'), /149,90 TL/);
      assertPaidOnce(ordered(customer), bank);

      for (const card of ['insufficient-funds', 'success']) {
        const { pan } = cardByName(card);
        const receivers = new Set(visitor.requestsWith(pan).map(({ origin }) => origin));
        assert.equal(receivers.has(stage.site.url), way === SHOPS_SERVER, 'whether the card came to the site');
        assert.ok(receivers.has(stage.banks.url) || way === SHOPS_SERVER, 'the card came to the bank');
        assert.ok(!everythingKept().includes(pan), 'the site kept or printed the card');
      }
      await visitor.leave();
    });
  }

  test('a mistyped card is pointed at on the phone, in Turkish, and leaves the page only when it is mended', async () => {
    const visitor = await stage.visit(PHONE);
    const customer = visitor.asCustomer();
    await customer.choose('isbank-3d');
    await customer.goToPayment();
    const { page } = customer;
    await page.getByLabel('Kart numarası').fill('4000 0000');
    const departures = visitor.requests.length;
    await page.getByRole('button', { name: 'Öde' }).click();
    assert.deepEqual(await page.locator('small:visible').allInnerTexts(),
      ['Kartta yazdığı gibi yazın', '12–19 rakam, aralıksız', '01–12', 'Son iki rakam', '3 ya da 4 rakam']);
    assert.equal(visitor.requests.length, departures);
    // What gets past the browser is caught by the server, and still costs no attempt.
    await page.evaluate(() => { document.forms[0].noValidate = true; });
    await page.getByRole('button', { name: 'Öde' }).click();
    await page.locator('input[name=number][aria-invalid=true]:focus').waitFor();
    assert.deepEqual(await page.locator('small:visible').allInnerTexts(), ['12–19 rakam, aralıksız']);
    await customer.enterCardInShop('success');
    await customer.enterPassword();
    await customer.result('paid');
    await visitor.leave();
  });
});

// ---- what the site has written down

const collection = (name) => stage.collection(name);

/** The order of the attempt whose result the customer sees, its attempts, and the payments that the site has for it. */
function ordered({ page }) {
  const intents = collection('VeloposIntents');
  const { orderId } = intents.find(({ _id }) => _id === new URL(page.url()).searchParams.get('payment'));
  return {
    order: collection('Orders').find(({ _id }) => _id === orderId),
    attempts: intents.filter((intent) => intent.orderId === orderId),
    payments: collection('VeloposPayments').filter((payment) => payment.orderId === orderId),
  };
}

/** Everything in the site's collections and everything it has printed. */
function everythingKept() {
  const names = ['Orders', 'VeloposIntents', 'VeloposStarts', 'VeloposPayments', 'VeloposClaims'];
  return JSON.stringify([names.map(collection), stage.site.logs(undefined, { whole: true })]);
}

// ---- and the bank

/** What the bank's own ledger has of these attempts: how each ended, and what has left the card and stayed away. */
function ledger(bank, attempts) {
  return attempts.map(({ bankOrderId }) => {
    const [entry, ...more] = stage.banks[bank].payments().filter(({ orderId }) => orderId === bankOrderId);
    assert.deepEqual(more, [], 'an attempt is one payment at the bank');
    return [entry.status, entry.captured - entry.refunded];
  });
}

const minor = (amount) => BigInt(amount.replace('.', ''));

function assertUnpaid({ order, attempts, payments }, bank) {
  assert.equal(order.state, 'awaiting-payment');
  assert.deepEqual(payments, []);
  assert.deepEqual(ledger(bank, attempts), [['declined', 0n]]);
}

function assertPaidOnce({ order, attempts, payments }, bank) {
  assert.equal(order.state, 'paid');
  assert.deepEqual(payments.map(({ state, amount }) => [state, amount]), [['booked', order.amount]]);
  assert.deepEqual(ledger(bank, attempts).sort(), [['declined', 0n], ['paid', minor(order.amount)]]);
}
