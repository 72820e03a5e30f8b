// The site's books beside the bank's, in a browser: the turnover as a picture and as a table, differences that a person made in the
// bank's panel or that a lost callback left, the bank's file read in, and files that run in no spreadsheet.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createPos } from 'velopos';
import { accounts } from '../../scripts/example.js';
import { addDays, today } from '../../velo-example/src/public/admin/format.js';
import { fill, texts } from '../../velo-example/src/public/admin/texts.js';
import { sell } from './sales.js';
import { openStage, SCREENS } from './stage.js';

const FORMULA = '=HYPERLINK("https://evil.example";"bak")';
const BANKS = { garanti: 'Garanti BBVA', isbank: 'İş Bankası' };

let stage;

before(async () => {
  stage = await openStage();
  stage.banks.garanti.settings.refundNeedsSettlement = false;
});

after(() => stage?.close());

/** @param {import('./stage.js').Screen} screen @param {'overview' | 'payments' | 'reconciliation' | 'importing'} view */
async function signedIn(screen, view) {
  const owner = await stage.visit(screen, { acceptDownloads: true });
  await owner.signIn('admin');
  await owner.goto('/admin');
  const { page } = owner;
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: texts[screen.language].nav[view], exact: true }).click();
  await page.getByRole('heading', { level: 1, name: texts[screen.language][view].title }).waitFor();
  return owner;
}

/** Yesterday to tomorrow, wherever midnight is. */
async function choose({ page, language }, account) {
  const { reconciliation } = texts[language];
  await page.locator('[name=account]').selectOption({ label: BANKS[account] });
  await page.locator('[name=from]').fill(addDays(today(), -1));
  await page.locator('[name=to]').fill(addDays(today(), 1));
  assert.equal(await page.locator('[name=preset]').inputValue(), '', 'a period of one’s own');
  await compare(page, reconciliation.start);
}

/** Presses, and waits until another result stands there. */
async function compare(page, name) {
  const shown = await page.locator('.result > div').elementHandle({ timeout: 100 }).catch(() => null);
  await page.getByRole('button', { name, exact: true }).click();
  if (shown) await shown.waitForElementState('hidden');
  await page.locator('.result .tiles').waitFor();
}

const tile = ({ page, language }, name) => page.locator('.result .tile', { hasText: texts[language].reconciliation[name] }).locator('strong').innerText();
const differenceOf = ({ page }, number) => page.locator('.waiting .card', { hasText: number });

/** Somebody in the bank's own panel: the same virtual POS on another machine. */
async function refundInPanel({ intentId, refs }, amount) {
  const pos = createPos(accounts(stage.banks.url).garanti, { claim: async () => true });
  const start = stage.collection('VeloposStarts').find(({ _id }) => _id === intentId);
  await pos.refund({ ...JSON.parse(start.order), refs }, { id: 'PANEL1', amount });
}

/** Saved by the browser. @param {() => Promise<void>} press */
async function downloaded({ page }, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

/** The cells of a file, as a spreadsheet would take it apart. @param {string} text @param {';' | ','} delimiter */
function cellsOf(text, delimiter) {
  const cell = new RegExp(`(?:^|[${delimiter}\\r\\n])(?:"((?:[^"]|"")*)"|([^${delimiter}\\r\\n]*))`, 'g');
  return [...text.replace(/^\uFEFF/, '').matchAll(cell)].map(([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain);
}

// ---- one after the other, because they share the books

for (const screen of SCREENS) {
  const { language } = screen;
  const words = texts[language];

  describe(screen.name, () => {
    test('reconciliation: a refund in the bank’s panel and a payment nobody told of are shown, explained, asked about; the job finds the latter', async () => {
      const agreed = await sell(stage, { account: 'garanti' });
      const panel = await sell(stage, { account: 'garanti', product: 'cezve' });
      const owner = await signedIn(screen, 'reconciliation');
      await owner.look('books-question');
      await choose(owner, 'garanti');
      await owner.page.getByText(words.reconciliation.agrees).waitFor();
      assert.equal(await tile(owner, 'different'), '0');
      assert.equal(await differenceOf(owner, agreed.payment.bankOrderId).count(), 0);

      await refundInPanel(panel.payment, '5.00');
      const { intent: lost } = await sell(stage, { account: 'garanti', card: 'silent' });
      await compare(owner.page, words.refresh);
      assert.equal(await tile(owner, 'different'), '2');
      const refunded = differenceOf(owner, panel.payment.bankOrderId);
      const [title, meaning, cure] = words.differences['refunded-there'];
      for (const text of [title, meaning, cure]) assert.ok((await refunded.innerText()).includes(text), text);
      assert.match(await refunded.innerText(), /5[.,]00/);
      const missing = differenceOf(owner, lost.bankOrderId);
      assert.ok((await missing.innerText()).includes(words.differences['missing-here-open'][0]));
      await owner.look('books-differences');

      await refunded.getByRole('button', { name: words.reconciliation.ask }).click();
      await owner.page.getByText(words.results.seenAtBank).waitFor();
      await refunded.getByRole('button', { name: words.open }).click();
      await owner.page.locator('.note', { hasText: words.attention['seen-at-bank'][1] }).waitFor();
      await owner.page.getByRole('button', { name: words.story.setAside }).click();
      await owner.page.getByText(words.results.setAside, { exact: true }).waitFor();

      await stage.settleAfter(3);
      await owner.page.getByRole('button', { name: words.nav.reconciliation, exact: true }).click();
      await choose(owner, 'garanti');
      await owner.page.getByText(words.reconciliation.agrees).waitFor();
      await owner.page.getByText(`${words.reconciliation.knownOnes} (`).click();
      assert.equal(await differenceOf(owner, panel.payment.bankOrderId).count(), 1, 'what somebody has looked at is shown apart');
      assert.equal(await differenceOf(owner, lost.bankOrderId).count(), 0);
      await owner.page.getByText(words.reconciliation.perPart).click();
      await owner.look('books-agree');

      const { name, text } = await downloaded(owner, () => owner.page.getByRole('button', { name: words.reconciliation.export }).click());
      assert.match(name, /^velopos-comparison-.*\.csv$/);
      assert.ok(text.includes(panel.payment.bankOrderId));
      await owner.leave();
    });

    test('the bank’s file: its columns are chosen, what was read is seen, and only then it is kept', async () => {
      const { intent: lost } = await sell(stage, { account: 'isbank', card: 'silent' });
      const bought = stage.banks.nestpay.payments().filter(({ captured, orderId }) => captured > 0n && orderId === lost.bankOrderId);
      const lines = bought.map(({ orderId, captured, at }) =>
        [orderId, new Date(at + 3 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '), 'Satış', `${captured / 100n},${String(captured % 100n).padStart(2, '0')}`, 'Onaylandı', 'İsmi ğüşçö'].join(';'));
      const file = ['Sanal POS hareketleri', 'Müşteri kodu;İşlem Tarihi;İşlem Tipi;Tutar;Durum;Açıklama', ...lines, 'Toplam;;;149,90;;'].join('\r\n');
      const owner = await signedIn(screen, 'importing');
      const { page } = owner;
      await page.locator('[name=account]').selectOption({ label: BANKS.isbank });
      await page.locator('input[type=file]').setInputFiles({ name: 'isbank.csv', mimeType: 'text/csv', buffer: windows1254(file) });
      await page.getByText(fill(words.importing.missing, { fields: words.fields.orderId })).waitFor();
      await owner.look('import-columns');
      await page.locator('select[name=orderId]').selectOption({ label: 'Müşteri kodu' });
      await page.getByText(fill(words.importing.lines, { count: 1, sale: 1, refund: 0, void: 0, other: 0 })).waitFor();
      await owner.look('import-preview');
      assert.deepEqual(stage.collection('VeloposBankRows').filter(({ bankOrderId }) => bankOrderId === lost.bankOrderId), [], 'nothing is kept yet');
      await page.locator('[name=from]').fill(addDays(today(), -1));
      await page.locator('[name=to]').fill(addDays(today(), 1));
      await page.getByRole('button', { name: fill(words.importing.take, { count: 1 }) }).click();
      await page.getByText(fill(words.importing.taken, { count: 1 })).waitFor();
      await owner.look('import-taken');
      await page.getByRole('button', { name: words.importing.compareNow }).click();
      await page.getByRole('heading', { level: 1, name: words.reconciliation.title }).waitFor();
      await compare(page, words.reconciliation.start);
      assert.ok((await differenceOf(owner, lost.bankOrderId).innerText()).includes(words.differences['missing-here-open'][0]));
      await owner.look('import-compared');

      await page.locator('[data-view=importing]').click();
      await page.locator('input[type=file]').setInputFiles({ name: 'isbank.xls', mimeType: 'text/csv', buffer: Buffer.from('<html><table><tr><td>1</td></tr></table>') });
      await page.getByRole('alert').getByText(words.problems['file-markup']).waitFor();
      await owner.leave();
      await stage.settleAfter(3);
    });

    test('files for a spreadsheet: downloaded, with the language’s own decimals, and no cell that would run', async () => {
      const { payment } = await sell(stage, { account: 'isbank' });
      const { _id: number } = stage.collection('VeloposIntents').find(({ _id }) => _id === payment.intentId);
      const owner = await signedIn(screen, 'payments');
      const { page } = owner;
      await page.locator('summary', { hasText: words.payments.filter }).click();
      await page.getByLabel(words.payments.number).fill(payment.bankOrderId);
      await page.getByRole('button', { name: words.payments.apply, exact: true }).click();
      await page.locator('tbody tr:only-child').waitFor();
      await owner.look('payments-filtered');
      await page.getByRole('button', { name: words.open }).click();
      await page.getByRole('button', { name: words.story.refund, exact: true }).click();
      await page.locator('dialog [name=amount]').fill(language === 'tr' ? '1,50' : '1.50');
      await page.locator('dialog [name=why]').fill(FORMULA);
      await page.locator('dialog button[type=submit]').click();
      await page.locator('dialog [data-yes]').click();
      await page.getByText(words.results.done).waitFor();

      await page.getByRole('button', { name: words.nav.payments, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: words.payments.title }).waitFor();
      await owner.look('payments');
      const delimiter = language === 'tr' ? ';' : ',';
      const payments = await downloaded(owner, () => page.getByRole('button', { name: words.payments.export }).click());
      const changes = await downloaded(owner, () => page.getByRole('button', { name: words.payments.exportChanges }).click());
      assert.match(payments.name, /^velopos-payments-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
      for (const { text } of [payments, changes]) {
        assert.ok(text.startsWith('\uFEFF'), 'a spreadsheet sees that it is UTF-8');
        const cells = cellsOf(text, delimiter);
        assert.ok(cells.length >= 20);
        for (const cell of cells) assert.doesNotMatch(cell, /^\s*[=+\-@\t\r]/, 'a cell that a spreadsheet would run');
      }
      assert.ok(cellsOf(payments.text, delimiter).includes(payment.bankOrderId) && !payments.text.includes(number));
      assert.ok(cellsOf(payments.text, delimiter).includes(language === 'tr' ? '149,90' : '149.90'));
      assert.ok(cellsOf(changes.text, delimiter).includes(`'${FORMULA}`), changes.text);
      assert.equal(stage.collection('VeloposActions').filter(({ action }) => action === 'export').at(-1).outcome.split(' ')[0], 'lines');
      await owner.leave();
    });

    test('turnover: a picture with a name, and the same numbers in a table; by day, week and month', async () => {
      const owner = await signedIn(screen, 'overview');
      const { page } = owner;
      const picture = page.getByRole('img', { name: new RegExp(`${words.overview.turnover}, TRY`) });
      await picture.waitFor();
      assert.ok(await picture.locator('rect.in').count() > 0);
      assert.ok(await picture.locator('rect.out').count() > 0);
      const tiles = page.locator('section[aria-labelledby=turnover] .tile strong');
      const [payments, taken, returned, net] = await tiles.allInnerTexts();
      for (const unit of ['week', 'month', 'day']) {
        await page.locator('[name=unit]').selectOption(unit);
        await page.locator('.chart th:first-child', { hasText: words.chart[unit] }).waitFor({ state: 'attached' });
        await page.getByText(words.chart.asTable).click();
        const rows = page.locator('.chart tbody tr');
        await rows.first().waitFor();
        const columns = await Promise.all([1, 2, 3, 4].map((column) => rows.locator(`td:nth-child(${column + 1})`).allInnerTexts()));
        assert.equal(String(columns[0].reduce((sum, text) => sum + Number(text), 0)), payments, unit);
        assert.deepEqual(columns.slice(1).map(sumOf), [taken, returned, net].map(inMinor), unit);
      }
      await owner.look('turnover-table');
      await page.locator('[name=preset]').selectOption('lastMonth');
      await page.getByText(words.chart.none).waitFor();
      await owner.leave();
    });
  });
}

const inMinor = (text) => BigInt(text.replace('−', '-').replace(/[^\d-]/g, ''));
const sumOf = (texts_) => texts_.map(inMinor).reduce((sum, each) => sum + each, 0n);

const TURKISH = { ş: 0xfe, Ş: 0xde, İ: 0xdd, ı: 0xfd, ğ: 0xf0, Ğ: 0xd0 };

/** As a Turkish Windows writes it. @param {string} text */
function windows1254(text) {
  return Buffer.from([...text].map((letter) => TURKISH[letter] ?? letter.charCodeAt(0)));
}
