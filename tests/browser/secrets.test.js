// The browser tests' own ear for secrets: what it hears, and what it lets pass.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNothingTold } from './secrets.js';

const ORIGINS = { site: 'http://localhost:8480', banks: 'http://127.0.0.1:8481' };
const PAN = '4000000000000002';

const exchange = (changes) => ({ method: 'GET', url: `${ORIGINS.site}/shop`, sent: '', status: 200, headers: {}, body: '', ...changes });
const hears = (changes) => assertNothingTold([exchange({}), exchange(changes)], ORIGINS);

test('a secret, however it is written and wherever it stands', () => {
  const told = [
    { body: '{"storeKey":"SIMSTORE12"}' }, { body: 'password=simProv12%2F' }, { body: '<input value="simProv12&#47;">' }, { body: '<p>simProv12&#x2f;</p>' },
    { body: '{"password":"simProv12\\/"}' }, { body: btoa('sim-secret-key-12345678') }, { headers: { 'x-key': 'simPaytrSalt6789' } },
    { url: `${ORIGINS.site}/result?key=SimMpi456` }, { url: `${ORIGINS.banks}/paytr`, body: 'simPaytrKey12345' }, { body: 'sim-api-key-12345678' },
  ];
  for (const each of told) assert.throws(() => hears(each), / tells \w+$/, JSON.stringify(each));
});

test('a card number from the site, in every spelling', () => {
  for (const body of [PAN, '4000 0000 0000 0002', '4000-0000-0000-0002', '4000+0000+0000+0002', '4000%200000%200000%200002', `"${PAN}"`]) {
    assert.throws(() => hears({ body }), /tells a card number/, body);
    assert.throws(() => hears({ body, method: 'POST', sent: 'number=4000000000510000' }), /tells a card number/, 'the card of somebody else');
  }
});

test('what may be told', () => {
  hears({ body: '190100000 simapi 400000******0002 4000 00** **** 0002 1763740000000' });
  hears({ url: `${ORIGINS.banks}/cards`, body: PAN });
  hears({ method: 'POST', sent: 'number=4000+0000+0000+0002', body: `<input type="hidden" name="pan" value="${PAN}">` });
  hears({ url: `${ORIGINS.site}/_local/data`, body: 'iyzico:sim-api-key-12345678' });
  assert.throws(() => hears({ url: `${ORIGINS.site}/_local/data`, body: 'sim-secret-key-12345678' }), /tells secretKey/);
});
