// Carries out steps: sends the requests, within one deadline for the whole verb, and claims before money moves.
import { PosError } from './error.js';
import { MAX_REPLY, MAX_REPORT } from './frame.js';

/** More lines than a month of any shop has; they must fit into the memory of a small server. */
const MAX_LINES = 50_000;

/** Goes on from `step` until there is nothing left to send. `reply(order, then, answer)` is the machine's next step. */
export async function drive(step, reply, { fetch, claim, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  let hasMoved = false;
  while (step.type === 'send') {
    const { then, order } = step;
    const refused = step.moves && (await refusal(claim, step, deadline).catch((error) => orLost(error, hasMoved)));
    hasMoved ||= step.moves;
    const answer = refused || (await send(fetch, step.request, deadline, MAX_REPLY));
    step = step.moves ? replyAtAnyRate(reply, order, then, answer) : reply(order, then, answer);
  }
  return step;
}

/** Collects all pages of what a bank lists. `reply(then, answer)` is the machine's next page. */
export async function collect(step, reply, { fetch, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  const transactions = [];
  while (step) {
    const page = reply(step, await send(fetch, step.request, deadline, MAX_REPORT));
    for (const transaction of page.transactions) transactions.push(transaction);
    if (transactions.length > MAX_LINES) throw new PosError('TOO_LARGE', 'longList');
    step = page.next;
  }
  return transactions;
}

/** Once money may have moved there is a payment to tell of, also when the core stops over the answer: then it counts as lost. */
function replyAtAnyRate(reply, order, then, answer) {
  try {
    return reply(order, then, answer);
  } catch (error) {
    if (error.code !== 'INTERNAL') throw error;
    return reply(order, then, { lost: 'network' });
  }
}

/** A claim that fails is an error as long as nothing was sent. Afterwards there is a payment to tell of. */
function orLost(error, hasMoved) {
  if (!hasMoved) throw error;
  return LOST;
}

/** Why a request that moves money must not be sent: it was claimed before, or nobody could say in time. Otherwise nothing. */
async function refusal(claim, { claim: key, order }, deadline) {
  if (typeof claim !== 'function') throw missingClaim();
  // A copy: what a database adds to what it is given must not come back to us once money has moved.
  const granted = await before(deadline, claim(key, JSON.parse(JSON.stringify(order))), LOST);
  if (granted === LOST) return LOST;
  return granted === true ? null : { claimed: false };
}

const LOST = Object.freeze({ lost: 'timeout' });

/** What `promise` brings, or `instead` when the deadline comes first. */
async function before(deadline, promise, instead) {
  let timer;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline - Date.now()), instead);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export function missingClaim() {
  return new PosError('CONFIG', 'claimNeeded', 'claim');
}

/** One request and its answer, or what became of it. A request is never sent twice. */
async function send(fetch, request, deadline, limit) {
  // The claim may have taken all the time there was. What has not been sent by now never will be: the claim is spent.
  if (Date.now() >= deadline) return LOST;
  const abort = new AbortController();
  try {
    return await before(deadline, receive(fetch, request, abort.signal, limit), LOST);
  } finally {
    abort.abort();
  }
}

async function receive(fetch, { method, url, headers, body }, signal, limit) {
  try {
    const init = { method, headers, redirect: 'manual', signal };
    const response = await fetch(url, method === 'GET' ? init : { ...init, body });
    // Where `redirect: 'manual'` is not obeyed: an answer from somewhere else is not the bank's.
    if (response.redirected) return { lost: 'network' };
    return { status: response.status, body: await readBody(response, limit) };
  } catch {
    return { lost: 'network' };
  }
}

/** At most `limit` bytes; a longer reply counts as lost. */
async function readBody(response, limit) {
  if (typeof response.body?.getReader !== 'function') return wholeBody(response, limit);
  const reader = response.body.getReader();
  const chunks = [];
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Error('the reply is too long');
    }
    chunks.push(chunk.value);
  }
  const body = new Uint8Array(size);
  chunks.reduce((at, chunk) => (body.set(chunk, at), at + chunk.length), 0);
  return body;
}

/** For a fetch whose responses are not streams, such as wix-fetch. */
async function wholeBody(response, limit) {
  const body = typeof response.arrayBuffer === 'function' ? new Uint8Array(await response.arrayBuffer()) : await response.text();
  if (body.length > limit) throw new Error('the reply is too long');
  return body;
}
