// One safeguard of the site taken out at a time: faults that the site as it is survives must then be found. What nothing finds would be a
// safeguard that nobody needs, or a laboratory that does not see.

import { bundleSite } from '../site/world.js';
import { pairs, rehearse, singles, strike } from './engine.js';
import { scenarios } from './scenarios.js';

/**
 * @typedef {{ file: string, from: string, to: string }} Change
 * @type {Record<string, { about: RegExp, changes: Change[] }>} by what is missing; `about`: the scenarios that show it
 */
export const SAFEGUARDS = {
  'one record for one payment': {
    about: /^yapikredi: paid, back/,
    changes: [{ file: 'velopos/payments.js', from: 'const paymentId = idFor(payment.dedupeKey);', to: 'const paymentId = idFor(payment.dedupeKey + Math.random());' }],
  },
  'one container books a payment': {
    about: /^isbank: paid by a link/,
    changes: [
      { file: 'velopos/flow.js', from: 'if (!turn.taken) return turn.done && isBooked(intent);', to: 'if (!turn.taken) turn.claim = { subject: "", generation: 0, _id: "none" };' },
      { file: 'velopos/books/wix-order.js', from: 'if (!turn.taken) throw new Error(`the payment of Wix order ${orderId} is being added by another container`);', to: 'if (!turn.taken) turn.claim = { subject: "", generation: 0, _id: "none" };' },
    ],
  },
  'a claim before money moves': {
    about: /^isbank: given back in two parts/,
    changes: [{ file: 'velopos/store.js', from: 'return insertOnce(CLAIMS, fixed(`send ${key}`, { order, ...sender }));', to: 'return order !== sender;' }],
  },
  'no resend after a lost answer': {
    about: /^isbank: given back in two parts/,
    changes: [{
      file: 'velopos/changes.js', from: "if (news.status === 'pending') return giveWay(desk, change);",
      to: "if (news.status === 'unknown') { await saveChange(desk, { ...change, ...NEVER_SENT, settledAt: 1 }); return conclude(desk, await enter(desk, change.kind, { ...change, id: opaqueId() }, change.claim), await send(desk, { ...change, changeId: opaqueId() })); }",
    }],
  },
  'a look at what was added to Wix’s order': {
    about: /^garanti: paid by a link/,
    changes: [{ file: 'velopos/books/wix-order.js', from: 'return ours.sort(', to: 'return ours.slice(0, 0).sort(' }],
  },
  'the gate of Wix’s “pending”': {
    about: /^(isbank|paytr): paid in Wix/,
    changes: [{ file: 'velopos/books/wix-checkout.js', from: '  if (!gate.taken) return;   // it is being told, it was told, or it has an end\n', to: '' },
      { file: 'velopos/books/wix-checkout.js', from: 'await finishTurn(gate.claim);', to: 'if (gate.taken) await finishTurn(gate.claim);' }],
  },
  'the job asks about open attempts': {
    about: /^garanti: paid, back/,
    changes: [{ file: 'velopos/settle.js', from: 'const open = await openIntents(now - NOT_OLDER, now - NOT_YOUNGER);', to: 'const open = [];' }],
  },
  'the job finishes changes': {
    about: /^vakifbank: reserved, and taken/,
    changes: [{ file: 'velopos/settle.js', from: 'const payments = await openChanges(now - NOT_OLDER, now - NOT_YOUNGER);', to: 'const payments = [];' }],
  },
  'a last question about what has ended': {
    about: /^garanti: paid when nobody waits/,
    changes: [{ file: 'velopos/flow.js', from: '  await planLastQuestion(intent._id);\n', to: '' }],
  },
  'late money goes back': {
    about: /^garanti: paid when nobody waits/,
    changes: [{ file: 'velopos/late.js', from: "return everything(wixData.query('VeloposPayments').eq('attention', 'late'));", to: 'return everything && [];' }],
  },
  'no acknowledgement before the books are written': {
    about: /^paytr: paid, told by/,
    changes: [{ file: 'velopos/flow.js', from: '? pos.acknowledgement : bare(503);\n  } catch (error) {\n    logFailure(intent._id, error);\n    return bare(isForged(error) ? 400 : 503);', to: '? pos.acknowledgement : pos.acknowledgement;\n  } catch (error) {\n    logFailure(intent._id, error);\n    return createPos((await allAccounts()).find(({ name }) => name === intent.account).config).acknowledgement;' }],
  },
};

/** What the engine finds without it: the first fault that does harm, or null. @param {string} name */
export async function findWithout(name) {
  const { about, changes } = SAFEGUARDS[name];
  const site = await bundleSite(changes);
  for (const scenario of scenarios().filter((each) => about.test(each.name))) {
    const found = await searched(scenario, site);
    if (found) return found;
  }
  return null;
}

/** By the site as it is. */
async function isSurvived(scenario, faults) {
  return (await strike(scenario, faults)).wrong.length === 0;
}

/** Undisturbed it may already fail. */
async function searched(scenario, site) {
  let places;
  try {
    places = await rehearse(scenario, site);
  } catch (error) {
    return { name: scenario.name, faults: [], kinds: ['nothing'], wrong: [error.message.split('\n')[0]] };
  }
  for (const faults of [...spread(singles(places)), ...pairs(places, 200, 1)]) {
    const result = await strike(scenario, faults, site);
    if (result.wrong.length > 0 && await isSurvived(scenario, faults)) return result;
  }
  return null;
}

/** In an order in which neighbours are far apart: harm comes in runs. @template T @param {T[]} list @returns {T[]} */
function spread(list) {
  const step = 17;
  return Array.from({ length: step }, (_, from) => list.filter((_each, index) => index % step === from)).flat();
}
