// Every page of ours, looked at: the site's, velo-local's and the simulated banks'. The other tests look at the pages that they come by on
// a phone in Turkish and on a desktop in English; here it is the other way round, and dark where a page can be.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accounts } from '../../scripts/example.js';
import { texts } from '../../velo-example/src/public/texts.js';
import { texts as adminTexts } from '../../velo-example/src/public/admin/texts.js';
import { sell } from './sales.js';
import { openStage } from './stage.js';

const SCREENS = [
  { name: 'phone', language: 'en', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'desktop', language: 'tr', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
];
const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '+90 555 000 00 00' };

let stage;

before(async () => {
  stage = await openStage({ moreAccounts: (url) => ({ card: { ...accounts(url).isbank, model: '3d' } }) });
  await stage.site.wix.provider.connect({ siteUrl: stage.site.url, account: '' });
  stage.site.wix.orders.create({
    channelInfo: { type: 'WEB' }, priceSummary: { total: { amount: '149.90' } }, buyerInfo: { email: CUSTOMER.email },
    lineItems: [{ productName: { original: 'Kupa' }, itemType: { preset: 'PHYSICAL' }, price: { amount: '149.90' }, quantity: 1 }],
  });
  for (const account of ['isbank', 'garanti', 'iyzico']) await sell(stage, { account });
});

after(() => stage?.close());

const visit = (screen, options) => stage.visit(screen, { colorScheme: screen.colorScheme, ...options });

async function begin({ language }, method) {
  const args = ['kahve', method, { ...CUSTOMER, language }];
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args }) };
  const { result } = await (await fetch(`${stage.site.url}/_api/backend/shop.web.js/startPayment`, init)).json();
  return result.intentId;
}

/** What paymentState() can say, with everything that goes with it. */
function standings() {
  const seen = { orderNumber: '1A2B-3C4D', amount: '1249.50', currency: 'TRY', test: true, message: null, canTryAgain: false };
  const message = { tr: 'Kartınızın bakiyesi veya limiti bu ödeme için yeterli değil.', en: 'The card has not enough money or limit.' };
  const states = Object.keys(texts.tr.result).filter((state) => texts.tr.result[`${state}Text`] && state !== 'checking');
  assert.ok(states.length >= 13, states.join());
  return states.map((state) => (state === 'unknown' ? { state } : { ...seen, state, ...(state === 'declined' && { message, canTryAgain: true }) }));
}

for (const screen of SCREENS) {
  const { language } = screen;
  const words = texts[language];

  describe(screen.name, { concurrency: 2 }, () => {
    test('the shop: products, the form, what is missing in it, a shop that is closed', async () => {
      const visitor = await visit(screen);
      const { page } = visitor;
      await visitor.goto('/');
      await page.locator('[data-product]').first().waitFor();
      await visitor.look('s-shop');
      await page.locator('[data-product=kahve]').click();
      await page.locator('velopos-shop button[type=submit]').click();
      await page.locator('#name-error:visible').waitFor();
      await visitor.look('s-shop-missing');
      await page.evaluate(() => document.querySelector('velopos-shop').setAttribute('answer', JSON.stringify({ url: '/somewhere' })));
      await page.getByText(words.shop.goNow).waitFor();
      await visitor.look('s-shop-going');
      await page.route('**/_api/**', (route) => route.fulfill({ status: 500, json: { error: { message: 'down' } } }));
      await visitor.goto('/');
      await page.getByRole('alert').getByText(words.problems.shopClosed).waitFor();
      await visitor.look('s-shop-closed');
      await visitor.leave(/down|500/);
    });

    test('the result of a payment, however it went', async () => {
      const visitor = await visit(screen);
      const { page } = visitor;
      await visitor.goto('/result?payment=nothing');
      await page.locator('velopos-result [data-state=unknown]').waitFor();
      for (const standing of standings()) {
        await page.evaluate((value) => document.querySelector('velopos-result').setAttribute('standing', value), JSON.stringify(standing));
        await page.getByRole('heading', { name: words.result[standing.state] }).waitFor();
        await visitor.look(`s-result-${standing.state}`);
      }
      await page.evaluate(() => document.querySelector('velopos-result').setAttribute('problem', 'closed'));
      await page.getByRole('alert').waitFor();
      await visitor.look('s-result-problem');
      await visitor.leave();
    });

    test('a payment link; the page for the card, and a mistake in it; the page that leaves for the bank', async () => {
      const visitor = await visit(screen);
      const { page } = visitor;
      await visitor.goto(`/pay?order=${stage.site.wix.orders.all()[0]._id}`);
      await page.locator('velopos-pay button').waitFor();
      await visitor.look('s-pay');
      await page.goto(`${stage.site.url}/_functions/pay/${await begin(screen, 'card')}`);
      await page.locator('[name=number]').waitFor();
      await visitor.look('s-card');
      await page.evaluate(() => { document.forms[0].noValidate = true; });
      await page.locator('[name=number]').fill('4000 0000');
      await page.locator('form button').first().click();
      await page.locator('[name=number][aria-invalid=true]').waitFor();
      await visitor.look('s-card-wrong');
      await page.route('**/_functions/pay/**', async (route) => {   // as a browser without scripts shows it, which would leave by itself
        const answer = await fetch(route.request().url());
        const body = (await answer.text()).replace(/<script.*<\/script>/, '');
        await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
      });
      await page.goto(`${stage.site.url}/_functions/pay/${await begin(screen, 'isbank')}`);
      await page.locator('form button').waitFor();
      await visitor.look('s-leaving');
      await visitor.leave();
    });

    test('the owner’s page', async () => {
      const { nav, story, confirm, reconciliation, importing, payments } = adminTexts[language];
      const owner = await visit(screen);
      const { page } = owner;
      await owner.signIn('admin');
      await owner.look('s-members');
      await owner.goto('/admin');
      await page.locator('.chart svg').waitFor();
      await owner.look('s-admin-overview');
      await page.locator('[data-view=payments]').click();
      await page.getByRole('heading', { level: 1, name: payments.title }).waitFor();
      await owner.look('s-admin-payments');
      await page.getByRole('button', { name: adminTexts[language].open }).first().click();
      await page.getByRole('heading', { level: 2, name: story.facts }).waitFor();
      await owner.look('s-admin-story');
      await page.getByRole('button', { name: story.refund, exact: true }).click();
      await page.getByRole('dialog', { name: confirm.refundTitle }).waitFor();
      await owner.look('s-admin-refund');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: nav.reconciliation }).click();
      await page.getByRole('heading', { level: 1, name: reconciliation.title }).waitFor();
      await page.locator('[name=preset]').selectOption('thisMonth');
      await page.getByRole('button', { name: reconciliation.start, exact: true }).click();
      await page.locator('.result .tiles').waitFor();
      await owner.look('s-admin-reconciliation');
      await page.locator('[data-view=importing]').click();
      await page.getByRole('heading', { level: 1, name: importing.title }).waitFor();
      await owner.look('s-admin-importing');
      await owner.leave();
    });

    test('velo-local’s own pages', async () => {
      const visitor = await visit(screen);
      for (const path of ['/_local', '/_local/site', '/_local/data', '/_local/payments', '/_local/orders', '/_local/members', '/category/all-products', '/cart-page']) {
        await visitor.goto(path);
        await visitor.look(`s${path.replaceAll('/', '-')}`);
      }
      await visitor.page.goto(`${stage.site.url}/_local/log?q=${stage.collection('VeloposIntents')[0]._id}&lang=${language}`);
      await visitor.look('s-log-story');
      await visitor.goto('/_functions/nothing');
      await visitor.look('s-function-missing');
      await visitor.goto('/nowhere');
      await visitor.look('s-nowhere');
      await visitor.leave(/404/);
    });

    test('the simulated banks’ pages', async () => {
      const visitor = await visit(screen);
      const { page } = visitor;
      for (const name of ['', 'cards', 'ledger', 'messages', 'attacker', 'control']) {
        await page.goto(`${stage.banks.url}/${name}?lang=${language}`);
        await visitor.look(`s-banks-${name || 'home'}`);
      }
      for (const account of ['isbank', 'garanti', 'yapikredi', 'vakifbank', 'paytr', 'iyzico']) {
        await page.goto(`${stage.site.url}/_functions/pay/${await begin(screen, account)}`);
        await page.locator('#pan').waitFor();
        await visitor.look(`s-bank-${account}`);
        await visitor.asCustomer().enterCard('silent');
        await page.locator('#otp').waitFor();
        await visitor.look(`s-bank-password-${account}`);
      }
      await page.goto(`${stage.site.url}/_functions/pay/${await begin(screen, 'isbank')}`);
      await visitor.payAtBank('silent');
      await page.locator('#silent').waitFor();
      await visitor.look('s-bank-silent');
      await visitor.leave();
    });
  });
}
