// The owner's page in a browser: who may see it, what waits for a person, and money that goes back: asked for in two steps, and once.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fill, texts } from '../../velo-example/src/public/admin/texts.js';
import { findEntrances } from '../site/entrances.js';
import { atBank, sell } from './sales.js';
import { openStage, SCREENS, until } from './stage.js';

const [PHONE, DESKTOP] = SCREENS;

let stage;

before(async () => {
  stage = await openStage();
  stage.banks.garanti.settings.refundNeedsSettlement = false;
});

after(() => stage?.close());

const paymentNow = ({ _id }) => stage.collection('VeloposPayments').find((payment) => payment._id === _id);
const changesOf = ({ _id }) => stage.collection('VeloposChanges').filter(({ paymentId }) => paymentId === _id);
const written = ({ _id }) => stage.collection('VeloposActions').filter(({ about }) => about === _id);
const numberOf = ({ intentId }) => stage.collection('VeloposIntents').find(({ _id }) => _id === intentId).orderNumber;

/** An administrator on the admin page, in their language. @param {import('./stage.js').Screen} screen */
async function signedIn(screen) {
  const owner = await stage.visit(screen);
  await owner.signIn('admin');
  await owner.goto('/admin');
  await owner.page.getByRole('heading', { level: 1, name: texts[screen.language].overview.title }).waitFor();
  return owner;
}

async function openPayment({ page, language }, payment) {
  const { nav, openNamed, story } = texts[language];
  await page.getByRole('button', { name: nav.payments, exact: true }).click();
  await page.getByRole('button', { name: fill(openNamed, { name: numberOf(payment) }) }).click();
  await page.getByRole('heading', { level: 1, name: `${story.title} ${numberOf(payment)}` }).waitFor();
}

const dialogOf = ({ page }) => page.getByRole('dialog');

/** Up to the last question. @param {'refund' | 'void' | 'capture'} verb @param {{ amount?: string, why?: string }} wish */
async function wish(owner, verb, { amount, why }) {
  const { story, confirm } = texts[owner.language];
  await owner.page.getByRole('button', { name: story[verb], exact: true }).click();
  if (amount !== undefined) await dialogOf(owner).locator('[name=amount]').fill(amount);
  if (why !== undefined) await dialogOf(owner).locator('[name=why]').fill(why);
  await dialogOf(owner).getByRole('button', { name: confirm.go }).click();
}

const inWords = (amount, language) => (language === 'tr' ? `${amount.replace('.', ',')} TL` : `₺${amount}`);
const typed = (amount, language) => (language === 'tr' ? amount.replace('.', ',') : amount);

// ---- who may

describe('whoever is no administrator', { concurrency: 2 }, () => {
  for (const [screen, role] of [[PHONE, null], [DESKTOP, 'member']]) {
    test(`${screen.name}: ${role ?? 'a visitor'} sees nothing, may call nothing, and leaves no trace in the books`, async () => {
      const methods = (await findEntrances()).filter(({ module }) => module === 'backend/admin.web.js').map(({ name }) => name);
      assert.equal(methods.length, 13);
      const before = stage.collection('VeloposActions').length;
      const other = await stage.visit(screen);
      if (role) await other.signIn(role);
      await other.goto('/admin');
      await other.page.getByText(texts[screen.language].signIn).waitFor();
      assert.equal(await other.page.getByRole('navigation', { name: texts[screen.language].navLabel }).count(), 0, 'there is nowhere to go');
      await other.look(`admin-refused-${role ?? 'visitor'}`);
      const answers = await other.page.evaluate((names) => Promise.all(names.map(async (name) => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args: [{}, {}, {}] }) };
        const answer = await fetch(`/_api/backend/admin.web.js/${name}`, init);
        return [name, answer.status, Object.keys(await answer.json())];
      })), methods);
      assert.deepEqual(answers, methods.map((name) => [name, 403, ['error']]));
      assert.equal(stage.collection('VeloposActions').length, before);
      await other.leave(/403|overview/);
    });
  }
});

// ---- what waits

describe('what waits', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: money that asks for a person: read, its story, the bank asked, set aside`, async () => {
      const { overview, attention, openNamed, story, results } = texts[screen.language];
      const { payment } = await sell(stage, { card: '3ds-attempt' });
      const owner = await signedIn(screen);
      const card = owner.page.locator('.waiting .card', { hasText: payment.bankOrderId });
      assert.ok((await card.innerText()).includes(attention.review[0]));
      await owner.look('admin-waiting');
      await card.getByRole('button', { name: fill(openNamed, { name: numberOf(payment) }) }).click();
      await owner.page.getByRole('heading', { level: 1, name: numberOf(payment) }).waitFor();
      const reason = owner.page.locator('.note', { hasText: attention.review[1] });
      assert.equal(await reason.count(), 1);
      await owner.look('admin-story');
      await owner.page.getByRole('button', { name: story.ask, exact: true }).click();
      await owner.page.getByText(results.asked).waitFor();
      await owner.page.getByRole('button', { name: story.setAside }).click();
      await owner.page.getByText(results.setAside, { exact: true }).waitFor();
      await reason.waitFor({ state: 'detached' });
      assert.deepEqual(written(payment).map(({ action, outcome, by }) => [action, outcome, by.name]), [['ask', 'done', 'Deniz'], ['set-aside', 'done', 'Deniz']]);
      await owner.goto('/admin');
      await owner.page.getByRole('heading', { name: overview.waiting }).waitFor();
      assert.equal(await card.count(), 0);
      await owner.leave();
    });
  }
});

// ---- money back

describe('a refund', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    const { language } = screen;
    const { confirm, results } = texts[language];

    test(`${screen.name}: a part, after what cannot be read and what is too much; the button is pressed twice; the bank gives it back once`, async () => {
      const { payment } = await sell(stage, { product: 'fincan' });
      const owner = await signedIn(screen);
      await openPayment(owner, payment);
      await wish(owner, 'refund', { amount: '1.249' });
      await dialogOf(owner).getByText(fill(confirm.badAmount, { example: typed('49.90', language) })).waitFor();
      await owner.look('admin-refund-unreadable');
      await dialogOf(owner).locator('[name=amount]').fill(typed('1249.51', language));
      await dialogOf(owner).getByRole('button', { name: confirm.go }).click();
      await dialogOf(owner).locator('[aria-invalid=true]').waitFor();
      assert.match(await dialogOf(owner).getByRole('alert').innerText(), /1[.,]249[.,]50/);
      await dialogOf(owner).locator('[name=amount]').fill(typed('100.00', language));
      await dialogOf(owner).locator('[name=why]').fill('Kırık geldi');
      await dialogOf(owner).getByRole('button', { name: confirm.go }).click();
      await dialogOf(owner).getByText(confirm.sure).waitFor();
      const question = await dialogOf(owner).innerText();
      for (const part of [inWords('100.00', language), 'İş Bankası', /1[.,]149[.,]50/]) assert.match(question, part instanceof RegExp ? part : new RegExp(part));
      await owner.look('admin-refund-sure');
      assert.deepEqual(changesOf(payment), [], 'nothing has been asked for yet');
      await dialogOf(owner).locator('[data-yes]').dblclick();
      await owner.page.getByText(results.done).waitFor();
      await owner.look('admin-refunded');

      assert.deepEqual(atBank(stage, 'nestpay', payment), [['paid', 114_950n]]);
      assert.deepEqual(changesOf(payment).map(({ kind, amount, state, why, by }) => [kind, amount, state, why, by.name]), [['refund', '100.00', 'done', 'Kırık geldi', 'Deniz']]);
      assert.deepEqual([paymentNow(payment).refunded, paymentNow(payment).standing], ['100.00', 'partly-refunded']);
      assert.equal(written(payment).filter(({ action }) => action === 'refund').length, 1);
      await owner.leave();
    });

    test(`${screen.name}: the whole of it with the keyboard alone`, async () => {
      const { nav, openNamed, story } = texts[language];
      const { payment } = await sell(stage);
      const owner = await signedIn(screen);
      const { page } = owner;
      await reach(page, nav.payments);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: nav.payments }).waitFor();
      await reach(page, fill(openNamed, { name: numberOf(payment) }));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: numberOf(payment) }).waitFor();

      await reach(page, story.refund);
      await page.keyboard.press('Enter');
      await dialogOf(owner).waitFor();
      assert.equal(await focused(page), fill(confirm.amount, { currency: 'TRY' }), 'the amount comes first');
      await page.keyboard.press('Escape');
      await dialogOf(owner).waitFor({ state: 'detached' });
      assert.equal(await focused(page), story.refund, 'the focus is back where it was');

      await page.keyboard.press('Enter');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(typed('49.90', language));
      await page.keyboard.press('Tab');
      await page.keyboard.type('Vazgeçti');
      await page.keyboard.press('Enter');
      await dialogOf(owner).getByText(confirm.sure).waitFor();
      assert.equal(await focused(page), fill(confirm.yesRefund, { amount: inWords('49.90', language) }));
      for (let tabs = 0; tabs < 4; tabs += 1) {
        await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(isInDialog), 'the focus stays in the window');
      }
      await reach(page, fill(confirm.yesRefund, { amount: inWords('49.90', language) }));
      await page.keyboard.press('Enter');
      await page.getByText(results.done).waitFor();
      assert.deepEqual(atBank(stage, 'nestpay', payment), [['paid', 10_000n]]);
      assert.equal(paymentNow(payment).refunded, '49.90');
      assert.match(await focused(page), new RegExp(numberOf(payment)), 'on the title of the payment as it is now');
      await owner.leave();
    });
  }
});

/** Where the keyboard is: the name of the control that has the focus, through the elements' own trees. */
function focused(page) {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute('aria-label') ?? active?.labels?.[0]?.innerText ?? active?.innerText ?? '';
  });
}

function isInDialog() {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active === document.body || active?.closest('dialog') !== null;   // the browser's own controls come between
}

/** Tab by Tab. @param {string} name */
async function reach(page, name) {
  for (let tabs = 0; tabs < 80; tabs += 1) {
    if (await focused(page) === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the keyboard does not come to “${name}”`);
}

describe('a void, and a change whose answer is lost', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    const { attention, confirm, results, story, standings } = texts[screen.language];

    test(`${screen.name}: a sale of today, undone`, async () => {
      const { payment } = await sell(stage, { account: 'garanti', product: 'cezve' });
      const owner = await signedIn(screen);
      await openPayment(owner, payment);
      await wish(owner, 'void', { why: 'Yanlış ürün' });
      await dialogOf(owner).getByText(confirm.sure).waitFor();
      assert.match(await dialogOf(owner).innerText(), /679[.,]00/);
      await owner.look('admin-void-sure');
      await dialogOf(owner).getByRole('button', { name: confirm.yesVoid.split(' ')[0] }).click();
      await owner.page.getByText(results.done).waitFor();
      await owner.page.locator('.badge', { hasText: standings.voided }).waitFor();
      assert.equal(await owner.page.getByRole('button', { name: story.refund, exact: true }).count(), 0, 'nothing is left to give back');
      assert.equal(paymentNow(payment).standing, 'voided');
      assert.deepEqual(atBank(stage, 'garanti', payment).map(([status]) => status), ['voided']);
      await owner.leave();
    });

    test(`${screen.name}: the bank does it and does not answer: said so, shown as waiting, and cleared up by asking; never sent again`, async () => {
      const { payment } = await sell(stage, { account: 'yapikredi' });
      const owner = await signedIn(screen);
      await openPayment(owner, payment);
      stage.banks.posnet.fault({ on: 'return', kind: 'reset-after' });
      await wish(owner, 'refund', { amount: typed('50.00', screen.language) });
      await dialogOf(owner).locator('[data-yes]').click();
      await owner.page.getByText(results.unknown).waitFor();
      await owner.page.locator('.note', { hasText: attention['unknown-change'][1] }).waitFor();
      await owner.look('admin-unknown');
      assert.deepEqual(changesOf(payment).map(({ state }) => state), ['unknown']);
      await until('the answer to the question', async () => {
        await owner.page.getByRole('button', { name: story.ask, exact: true }).click();
        await owner.page.locator('.toast').filter({ hasNotText: results.unknown }).filter({ hasText: /\S/ }).waitFor();
        return changesOf(payment)[0].state === 'done';
      });
      assert.deepEqual(atBank(stage, 'posnet', payment), [['paid', 9_990n]]);
      assert.deepEqual([paymentNow(payment).refunded, paymentNow(payment).attention], ['50.00', '']);
      await owner.leave();
    });
  }
});
