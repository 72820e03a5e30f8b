// What nobody should leave to chance, in full: what a bank can do to any request, for every verb and every model; and a death at every write on
// each of the site's ways.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { again, strikeAll } from './plan.js';
import { scenarios } from './scenarios.js';

const AT_A_BANK = ['times out before', 'times out after', 'books after the time-out', 'cut short', 'dies after'];
/** The verbs, each once for every bank. Where the order is kept makes no difference to the bank. */
const VERBS = /: (paid, back|paid, the window|all of it given|undone|reserved, and taken)/;
const ASKS_NOTHING = 'paytr-direct';   // the card's form goes from the browser to PayTR, and the notification proves the payment
const isRequest = (place) => place.startsWith('request ');
const isWrite = (place) => /^(insert|update|bulkRemove|submitEvent|addPayments|updatePaymentStatus) /.test(place);

/** One account of those that go the same way; what differs between them is above. */
const WAYS = [
  'isbank: paid, back in the browser', 'yapikredi: paid, back in the browser', 'iyzico: paid, back in the browser', 'paytr: paid, told by the bank’s server',
  'garanti: declined, then paid', 'isbank: given back in two parts', 'vakifbank: undone on the same day', 'yapikredi: reserved, and taken',
  'garanti: paid when nobody waits for it any more', 'isbank: paid in Wix’s checkout', 'paytr: declined in Wix’s checkout', 'garanti: abandoned in Wix’s checkout',
  'isbank: given back in Wix’s dashboard', 'isbank: paid by a link to a Wix order, and undone', 'Wix Pay: paid through another provider',
];

const exactly = (names) => new RegExp(`^(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`);

async function allRight(names, wanted) {
  const rows = await strikeAll({ seed: 1, part: 1, pairsEach: 0, only: exactly(names), wanted });
  assert.equal(rows.length, names.length);
  for (const { wrong } of rows) assert.deepEqual(wrong.map((result) => `${result.wrong.join('; ')}   ${again(result)}`), []);
  return rows.reduce((sum, { total }) => sum + total, 0);
}

for (const account of new Set(scenarios().map((scenario) => scenario.account).filter((each) => each !== 'wix'))) {
  test(`${account}: every request, and whatever can become of it`, async (t) => {
    const names = scenarios().filter((scenario) => scenario.account === account && VERBS.test(scenario.name)).map(({ name }) => name);
    const count = await allRight(names, (place, kind) => isRequest(place) && AT_A_BANK.includes(kind));
    assert.ok(count >= names.length || account === ASKS_NOTHING, String(count));
    t.diagnostic(`${account}: ${count} faults of the bank`);
  });
}

for (const name of WAYS) {
  test(`${name}: death before and after every write`, async () => {
    const count = await allRight([name], (place, kind) => isWrite(place) && kind.startsWith('dies'));
    assert.ok(count > 15, String(count));
  });
}
