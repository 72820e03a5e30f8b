// ver3 signs the sorted values and not their names, so a customer can rename the fields of his own failed payment and keep a correct
// digest. Every message here is signed correctly; none of them may be believed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { authenticationFields, body, declined, hostedFields, hostedReturn, notAuthenticated, signedBody } from './gate/nestpay.js';
import { isBelief, outcomeOf, rejects } from './outcome.js';
import { ver3 } from './oracle/nestpay.js';
import { card, isbank, isbank3d, isbankWithoutApi, order } from './shop.js';

const bank = createPos(isbank);
const { redirect, order: stored } = bank.step.start(order);
const anchors = ['clientid', 'oid', 'amount', 'currency', 'okUrl', 'failUrl', 'storetype', 'hashAlgorithm', 'lang', 'taksit', 'TranType'];

const upper = (name) => name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
const byName = ([a], [b]) => (upper(a) < upper(b) ? -1 : 1);
const isSigned = ([name]) => !['hash', 'encoding', 'countdown', 'nationalidno'].includes(name.toLowerCase());

/**
 * Renames sorted fields without moving a single value: `wanted` says which position takes which name, the kept names stay, and everything
 * else gets an invented name that sorts in its place. @returns {[string, string][] | null} null where the order of names forbids it
 */
function relabel(sorted, wanted, kept) {
  let previous = 'A';
  const forged = sorted.map(([name, value], at) => {
    if (wanted.has(at)) previous = wanted.get(at);
    else if (kept.includes(name)) previous = name;
    else return [`${previous}-z${String(at).padStart(3, '0')}`, value];
    return [previous, value];
  });
  const names = forged.map(([name]) => upper(name));
  return names.every((name, at) => at === 0 || names[at - 1] < name) ? forged : null;
}

/** Every relabelling of a genuine message that says "approved", with the given names kept. */
function* forgeries(genuine, kept, decisions) {
  const sorted = genuine.filter(isSigned).sort(byName);
  const places = decisions.map(([name, value]) => [name, sorted.flatMap(([, v], at) => (v === value ? [at] : []))]);
  for (const wanted of combinations(places)) {
    const forged = relabel(sorted, wanted, kept);
    if (forged) yield forged;
  }
}

function* combinations([first, ...rest], chosen = new Map()) {
  if (!first) return yield new Map(chosen);
  for (const at of first[1]) if (!chosen.has(at)) yield* combinations(rest, new Map(chosen).set(at, first[0]));
}

const approval = [['mdStatus', '1'], ['ProcReturnCode', '00'], ['Response', 'Approved']];

// Failed payments full of values that an attacker would like to move: what he typed into the bank's page, and what a bank may add one day.
const tempting = { iReqCode: '1', iReqDetail: '1', dsId: '1', merchantName: '1', ShipToCity: '00', ShipToName: 'Approved', BillToCity: '1', Email: '00', firmaadi: 'Approved', nameOnCard: '1', payment_note: '00', remark: 'Approved' };
const failures = {
  'not authenticated': hostedFields(redirect.fields, { ...notAuthenticated, ...tempting }),
  'insufficient funds': hostedFields(redirect.fields, { ...declined('51', 'Yetersiz bakiye'), ...tempting }),
  'with the bank in two minds': hostedFields(redirect.fields, { ...declined('51', 'Yetersiz bakiye'), ...tempting, mdStatus: '0', Response: undefined, ProcReturnCode: undefined }),
};

describe('relabelled failures', () => {
  for (const [name, genuine] of Object.entries(failures)) {
    const hash = ver3(genuine, 'SIMSTORE12');

    test(`${name}: with every anchor in place`, async () => {
      let tried = 0;
      for (const forged of forgeries(genuine, anchors, approval)) {
        assert.equal(ver3(forged, 'SIMSTORE12'), hash);
        assert.ok(!isBelief(await outcomeOf(() => bank.step.callback(stored, body([...forged, ['HASH', hash]])))), JSON.stringify(forged));
        tried++;
      }
      assert.ok(tried > 0, 'no forgery could be built: this test proves nothing');
    });

    for (const missing of anchors) {
      test(`${name}: without ${missing}`, async () => {
        const kept = anchors.filter((anchor) => anchor !== missing);
        let tried = 0;
        for (const forged of forgeries(genuine, kept, approval)) {
          assert.ok(!isBelief(await outcomeOf(() => bank.step.callback(stored, body([...forged, ['HASH', hash]])))), JSON.stringify(forged));
          tried++;
        }
        assert.ok(tried > 0, 'no forgery could be built: this test proves nothing');
      });
    }
  }

  test('the published example: a correct digest, and most of the form gone', async () => {
    const { relabelled } = JSON.parse(readFileSync(new URL('../vectors/nestpay.json', import.meta.url)));
    const { genuine, forged, storeKey, digest } = relabelled;
    const sent = Object.fromEntries(genuine);
    const pos = createPos({ ...isbankWithoutApi, merchant: { clientId: sent.clientid, storeKey } });
    const asked = pos.step.start({ ...order, id: sent.oid, amount: sent.amount });
    assert.ok(!isBelief(await outcomeOf(() => pos.step.callback(asked.order, body([...forged, ['HASH', digest]])))));
  });

  test('a failed authentication of the 3d model does not become a provision', async () => {
    const pos = createPos(isbank3d, { claim: async () => true });
    const asked = pos.step.start(order, { card });
    const { Response, ProcReturnCode, ...failed } = notAuthenticated;
    const genuine = authenticationFields(asked.redirect.fields, { ...failed, ...tempting });
    const hash = ver3(genuine, 'SIMSTORE12');
    let tried = 0;
    for (const kept of [anchors, ...anchors.map((missing) => anchors.filter((anchor) => anchor !== missing))]) {
      for (const forged of forgeries(genuine, kept, [['mdStatus', '1']])) {
        const outcome = await outcomeOf(() => pos.step.callback(asked.order, body([...forged, ['HASH', hash]])));
        assert.ok(outcome !== 'send moves' && !isBelief(outcome), `${outcome}: ${JSON.stringify(forged)}`);
        tried++;
      }
    }
    assert.ok(tried > 20);
  });
});

describe('the decision window', () => {
  // A genuine approval that holds a second value of the decisive shape might have been relabelled: it is neither refused nor believed.
  const doubtful = {
    'a digit between lang and oid': { newBankFlag: '1' }, 'another one': { mdRiskLevel: '0' }, 'a shop named 1': { merchantName: '1' }, 'a masked card of one digit': { MaskedPan: '7' },
    'two letters between okUrl and storetype': { ShipToCity: '00' }, 'a province': { ShipToCity: '34' }, 'a country': { shipCountry: 'TR' }, 'the word Approved': { ShipToName: 'Approved' },
    'the word Declined': { resultText: 'Declined' }, 'the word Error': { PAResState: 'Error' }, 'a protocol of two digits': { protocol: '20' },
  };
  for (const [name, results] of Object.entries(doubtful)) {
    test(`${name}: inquire`, async () => {
      assert.equal(await outcomeOf(() => bank.step.callback(stored, hostedReturn(redirect.fields, results))), 'send reads');
      const pos = createPos(isbankWithoutApi);
      assert.equal(await outcomeOf(() => pos.step.callback(pos.step.start(order).order, hostedReturn(redirect.fields, results))), 'pending by none');
    });
  }
  test('outside the windows such values refuse nothing', async () => {
    for (const results of [{ BillToCity: '00', BillToName: 'Approved' }, { TRANID: '00', txstatus: '1' }, { version: '7' }, { clientNote: 'Declined' }]) {
      const outcome = await outcomeOf(() => bank.step.callback(stored, hostedReturn(redirect.fields, results)));
      assert.ok(['paid by signature', 'send reads'].includes(outcome), `${JSON.stringify(results)}: ${outcome}`); // a stricter rule may ask the bank
    }
  });
  test('the ordinary values of a bank are no doubt', () => {
    for (const results of [{ dsId: '1', iReqCode: '1' }, { dsId: '2', sID: '2', 'payResults.dsId': '2' }, { version: '2.0' }, { tsl: '1' }, { clientIp: '::1' }]) {
      assert.equal(bank.step.callback(stored, hostedReturn(redirect.fields, results)).payment.status, 'paid', JSON.stringify(results));
    }
  });
  test('a lower-case pair or a longer word is not decisive', () => {
    for (const results of [{ ShipToCity: 'aa' }, { ShipToName: 'Approved by bank' }, { merchantName: '12' }]) {
      assert.equal(bank.step.callback(stored, hostedReturn(redirect.fields, results)).payment.status, 'paid', JSON.stringify(results));
    }
  });
});

describe('echo anchors', () => {
  const changes = { lang: 'en', taksit: '3', TranType: 'PreAuth', okUrl: 'https://evil.example/ok', failUrl: 'https://evil.example/fail', storetype: '3d_pay' };
  for (const [name, value] of Object.entries(changes)) {
    test(`${name} differs or is absent: inquire, or wait where nobody can be asked`, async () => {
      const pos = createPos(isbankWithoutApi);
      const waiting = pos.step.start(order).order;
      for (const changed of [value, undefined, '']) {
        if (redirect.fields[name] === changed) continue;
        const message = hostedReturn(redirect.fields, { [name]: changed });
        assert.equal(await outcomeOf(() => bank.step.callback(stored, message)), 'send reads', String(changed));
        assert.equal(await outcomeOf(() => pos.step.callback(waiting, message)), 'pending by none', String(changed));
      }
    });
  }
  test('hashAlgorithm absent', async () => {
    const outcome = await outcomeOf(() => bank.step.callback(stored, hostedReturn(redirect.fields, { hashAlgorithm: undefined })));
    assert.ok(!isBelief(outcome));
  });
  test('a decline without its anchors is not believed either', async () => {
    for (const name of Object.keys(changes)) {
      assert.equal(await outcomeOf(() => bank.step.callback(stored, hostedReturn(redirect.fields, { ...declined('51', 'x'), [name]: undefined }))), 'send reads', name);
    }
  });
  test('an anchor under another spelling is not the anchor', async () => {
    for (const [name, spelled] of [['lang', 'LANG'], ['TranType', 'trantype'], ['okUrl', 'okurl']]) {
      const fields = hostedFields(redirect.fields).map(([n, value]) => [n === name ? spelled : n, value]);
      const outcome = await outcomeOf(() => bank.step.callback(stored, signedBody(fields)));
      assert.ok(['paid by signature', 'send reads'].includes(outcome), `${spelled}: ${outcome}`); // sorted the same: nothing can move
    }
  });
  test('the return of yesterday for the same order id, with another return address', async () => {
    const again = bank.step.start({ ...order, urls: { ok: 'https://shop.example/_functions/payment3DSuccess/other', fail: order.urls.fail } });
    assert.equal(await outcomeOf(() => bank.step.callback(again.order, hostedReturn(redirect.fields))), 'send reads');
  });
});

describe('values that are not decisions', () => {
  test('a list of signed fields that the message brings is not ours to follow', async () => {
    const failed = hostedFields(redirect.fields, notAuthenticated);
    for (const list of ['clientid:oid:', 'x:', '', '|']) {
      const forged = [...hostedFields(redirect.fields), ['HASHPARAMS', list], ['HASHPARAMSVAL', 'x'], ['HASH', ver3(failed, 'SIMSTORE12')]];
      await rejects(() => bank.step.callback(stored, body(forged)), ['SIGNATURE_INVALID', 'FIELD_LIST', 'UNSUPPORTED', 'MALFORMED']);
    }
  });
  test('the fail address does not make a failure, nor the success address a success', () => {
    // There is one callback question: where the browser arrived is not part of it.
    assert.equal(bank.step.callback(stored, hostedReturn(redirect.fields, notAuthenticated)).payment.status, 'declined');
    assert.equal(bank.step.callback(stored, hostedReturn(redirect.fields)).payment.status, 'paid');
  });
});
