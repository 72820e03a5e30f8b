// A site for the banks of `velopos/all`, as `npx velopos new` writes it, in velo-local beside the simulated banks: a whole life of a payment at
// each of them. Everything goes over HTTP, as a browser would; what went where is compared with the banks' own books.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { cardByName } from '../../banks/cards.js';
import { entryOf, GATEWAYS, titleOf } from '../../cli/gateways.js';
import { planFor } from '../../cli/new/plan.js';
import { writeFiles } from '../../cli/new/write.js';
import { root } from '../../scripts/command.js';
import { startExample } from '../../scripts/example.js';
import { startSiteAndBanks } from '../../velopos-local/start.js';
import { texts } from '../../velo-example/src/public/texts.js';
import { Browser } from './chaos.js';
import { CUSTOMER } from './world.js';

const PACKAGE = 'src/backend/velopos/package.js';
const folders = [];

/** An empty Velo site with the example's files for a gateway in it. */
function written(gateway) {
  const site = mkdtempSync(join(tmpdir(), 'velopos-site-'));
  folders.push(site);
  mkdirSync(join(site, 'src', 'backend'), { recursive: true });
  writeFiles(site, planFor(site, gateway, ['page', 'admin']).files);
  return site;
}

const start = (site) => startSiteAndBanks({
  sitePort: 0, banksPort: 0, secrets: (banks) => ({ velopos: JSON.stringify(furtherAccounts(banks)) }), site: { site, jobEveryMs: 0, containers: 2, visiting: true, packageRoot: root },
});

after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })));

const UNESCAPED = /&#(\d+);/g;
const inputsOf = (html) => Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  .map((found) => found.slice(1).map((text) => text.replace(UNESCAPED, (_, code) => String.fromCharCode(code)))));

/** Which simulated bank it is, and what the customer brings there. Where `typed`, the shop's own page asks for the card. */
const AT_BANK = {
  qnb: { bank: 'payfor', door: ({ text }) => inputsOf(text) },
  denizbank: { bank: 'interpos', door: ({ text }) => inputsOf(text) },
  akbank: { bank: 'akbank', door: ({ text }) => inputsOf(text) },
  moka: { bank: 'moka', door: ({ location }) => location },
  tosla: { bank: 'tosla', door: ({ location }) => location.split('/').at(-1) },
  kuveytturk: { bank: 'kuveytturk', door: ({ text }) => text, typed: true },
  vakifkatilim: { bank: 'vakifkatilim', door: ({ text }) => text, typed: true },
  albaraka: { bank: 'posnetv1', door: ({ text }) => inputsOf(text) },
};

test('every bank that only the larger entry carries is tried, and gets the same site with one line changed', () => {
  const further = GATEWAYS.filter((gateway) => entryOf(gateway) === 'velopos/all');
  assert.deepEqual(Object.keys(AT_BANK).filter((gateway) => !further.includes(gateway)), []);
  const site = written('isbank');
  const filesFor = (gateway) => planFor(site, gateway, ['page', 'admin']).files.filter(({ to }) => to.startsWith('src/'));
  for (const gateway of further) assert.deepEqual(filesFor(gateway).filter(({ state }) => state !== 'same').map(({ to }) => to), [PACKAGE], gateway);
  assert.match(readFileSync(join(written('akbank'), PACKAGE), 'utf8'), / from 'velopos\/all';/);
});

/** What a customer and an administrator do on this site. */
function people({ site, banks }) {
  const browser = new Browser(site);
  const cookie = site.members.cookie('admin');
  const all = (name) => site.data.collection(name).all();
  return {
    shop: (method, ...args) => browser.call(method, args),
    admin: (method, ...args) => browser.call(method, args, { module: 'admin.web.js', cookie }),
    paymentsOf: (intentId) => all('VeloposPayments').filter((payment) => payment.intentId === intentId),
    orderOf: (intentId) => site.data.collection('Orders').get(site.data.collection('VeloposIntents').get(intentId).orderId),
    bankOrderOf: (intentId) => site.data.collection('VeloposIntents').get(intentId).bankOrderId,
    atBank(account, intentId) { return banks[AT_BANK[account].bank].find(this.bankOrderOf(intentId)); },
    everything: () => JSON.stringify([...['VeloposIntents', 'VeloposStarts', 'VeloposClaims', 'VeloposPayments', 'Orders'].flatMap(all), site.logs()]),

    /** From the attempt to the bank: what the browser then brings back, and where. */
    async visits(account, intentId, card) {
      const { bank, door, typed } = AT_BANK[account];
      const page = await browser.get(`pay/${intentId}`);
      const form = new URLSearchParams({ holder: 'Ayşe Yılmaz', number: cardByName(card).pan, month: '12', year: '2030', cvv: '000' }).toString();
      const there = typed ? await browser.post(`${site.url}/_functions/pay/${intentId}`, form) : page;
      return banks[bank].visit(door(there), typed ? {} : { card });
    },

    /** A new attempt, as far as the bank. */
    async goes(account, card) {
      const { intentId } = await browser.call('startPayment', ['kahve', account, CUSTOMER]);
      return { intentId, ...await this.visits(account, intentId, card) };
    },

    /** To the bank and back, as often as `returns` says, all at once. */
    async pays(account, intentId, card, returns = 1) {
      const { url, body } = await this.visits(account, intentId, card);
      const answers = await Promise.all(Array.from({ length: returns }, () => browser.post(url, body)));
      for (const answer of answers) assert.deepEqual([answer.status, answer.location], [303, `${site.url}/result?payment=${intentId}`]);
    },
  };
}

describe('the site that was written', () => {
  let example;
  let they;
  before(async () => {
    example = await start(written('akbank'));
    they = people(example);
  });
  after(() => example?.close());

  test('offers all of them', async () => {
    const { methods } = await they.shop('listProducts');
    assert.deepEqual(methods.map(({ gateway }) => gateway), Object.keys(AT_BANK));
    assert.deepEqual(methods.filter(({ takesCard }) => takesCard).map(({ gateway }) => gateway), ['kuveytturk', 'vakifkatilim']);
    assert.deepEqual(example.site.problems(), []);
  });

  for (const account of Object.keys(AT_BANK)) {
    test(`${account}: declined, then paid, once; undone`, async () => {
      const { intentId } = await they.shop('startPayment', 'kahve', account, CUSTOMER);
      await they.pays(account, intentId, 'insufficient-funds');
      const standing = await they.shop('paymentState', intentId);
      assert.deepEqual([standing.state, standing.canTryAgain], ['declined', true], JSON.stringify(standing));
      assert.ok(standing.message.tr.length > 8 && standing.message.en.length > 8);
      assert.deepEqual(they.paymentsOf(intentId), []);

      const { intentId: next } = await they.shop('retryPayment', intentId);
      await they.pays(account, next, 'success', 4);
      assert.equal((await they.shop('paymentState', next)).state, 'paid');
      const [payment, ...more] = they.paymentsOf(next);
      assert.deepEqual([more, payment.state, payment.amount, payment.attention], [[], 'booked', '149.90', '']);
      assert.equal(they.orderOf(next).state, 'paid');
      assert.deepEqual([they.atBank(account, next).status, they.atBank(account, next).minor], ['paid', 14990n]);

      const undone = await they.admin('voidPayment', payment._id, { id: 'a'.repeat(32), why: 'test' });
      assert.equal(undone.state, 'done', JSON.stringify(undone));
      assert.equal(they.atBank(account, next).status, 'voided');
      assert.equal(they.paymentsOf(next)[0].standing, 'voided');
      assert.ok(!they.everything().includes(cardByName('success').pan), 'no card is kept or logged');
    });
  }

  for (const account of Object.keys(AT_BANK)) {
    test(`${account}: the return of another attempt books nothing; a return that never comes is asked for`, async () => {
      const { bank } = AT_BANK[account];
      const other = await they.goes(account, 'success');
      const ours = await they.goes(account, 'success');
      const here = ours.url.replace(/[^/]+$/, ours.intentId);
      assert.equal((await new Browser(example.site).post(here, other.body)).status, 303);
      assert.deepEqual([they.paymentsOf(ours.intentId), they.orderOf(ours.intentId).state], [[], 'awaiting-payment']);
      // Where our own server takes the money after the page, a lost return means that none was taken.
      const isTaken = example.banks[bank].find(they.bankOrderOf(ours.intentId))?.status === 'paid';
      assert.equal(isTaken, !['kuveytturk', 'vakifkatilim', 'albaraka'].includes(account));
      example.site.habits.set({ clockAheadMs: 5 * 60_000 });
      await example.site.runJob('settle');
      example.site.habits.set({ clockAheadMs: 0 });
      assert.deepEqual(they.paymentsOf(ours.intentId).map(({ state, proof }) => [state, proof]), isTaken ? [['booked', 'reply']] : []);
    });

    test(`${account}: a part goes back, then the rest, and no kuruş more`, async () => {
      const { bank } = AT_BANK[account];
      const { intentId, url, body } = await they.goes(account, 'success');
      await new Browser(example.site).post(url, body);
      const [{ _id: payment }] = they.paymentsOf(intentId);
      const { settle } = example.banks[bank];
      settle();
      const refund = async (amount, id) => {
        const { state } = await they.admin('refund', payment, { id: id.repeat(32), amount, why: 'test' });
        settle();   // Moka makes a refund that it was asked for then
        await they.admin('askBank', payment);
        return state;
      };
      const backAtBank = () => example.banks[bank].find(they.bankOrderOf(intentId)).refunded;
      assert.equal(await refund('40.00', 'b'), account === 'moka' ? 'unknown' : 'done');
      assert.equal(backAtBank(), 4000n);
      assert.equal(await refund('109.91', 'c'), 'refused');
      await refund('109.90', 'd');
      assert.equal(backAtBank(), 14990n);
      const [{ standing, refunded }] = they.paymentsOf(intentId);
      assert.deepEqual([standing, refunded], ['refunded', '149.90']);
    });
  }
});

test('what npm start runs offers every bank, each by its name in both languages', async (t) => {
  const example = await startExample({ sitePort: 0, banksPort: 0, data: null, allBanks: true, site: { containers: 1, jobEveryMs: 0 } });
  t.after(() => example.close());
  const they = people(example);
  const { methods } = await they.shop('listProducts');
  assert.deepEqual(methods.map(({ gateway }) => gateway), Object.keys({ ...accounts(''), ...furtherAccounts('') }));
  for (const gateway of GATEWAYS.filter((each) => titleOf(each) !== each)) for (const language of ['tr', 'en']) assert.ok(texts[language].methods[gateway], gateway);
  const { intentId } = await they.goes('akbank', 'success');
  assert.equal(they.atBank('akbank', intentId).status, 'paid');
});

test('where a site finds no velopos/all: the file of the larger edition lies in the site, and one line names it', async (t) => {
  const site = written('akbank');
  const file = join(site, PACKAGE);
  copyFileSync(join(root, 'dist', 'all.cjs'), join(site, 'src/backend/velopos/velopos-all.js'));
  writeFileSync(file, readFileSync(file, 'utf8').replace("'velopos/all';", "'./velopos-all.js';"));
  const example = await start(site);
  t.after(() => example.close());
  const they = people(example);
  const { intentId } = await they.shop('startPayment', 'kahve', 'akbank', CUSTOMER);
  await they.pays('akbank', intentId, 'success');
  assert.equal((await they.shop('paymentState', intentId)).state, 'paid');
  assert.equal(they.atBank('akbank', intentId).status, 'paid');
});
