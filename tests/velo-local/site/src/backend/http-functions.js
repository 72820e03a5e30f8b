import crypto, { createHash } from 'crypto';
import http from 'node:http';
import wixData from 'wix-data';
import { elevate } from 'wix-auth';
import { fetch as wixFetch, getJSON } from 'wix-fetch';
import { badRequest, created, forbidden, notFound, ok, response, serverError } from 'wix-http-functions';
import { currentMember } from 'wix-members-backend';
import { getSecret } from 'wix-secrets-backend';
import { secrets } from 'wix-secrets-backend.v2';
import { currentUser } from 'wix-users-backend';
import { double } from 'backend/shop.web';
import { hello } from 'public/words.js';
import { next } from './parts/counter';
import { next as sameNext } from 'backend/parts/counter.js';

const ADMIN = { suppressAuth: true };
const FRESH = { suppressAuth: true, consistentRead: true };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const shape = (error) => ({ message: error.message, code: error.code, details: error.details, isError: error instanceof Error });

export async function use_echo(request) {
  const { method, url, baseUrl, path, query, headers, ip, functionName } = request;
  const text = await request.body.text();
  const buffer = await request.body.buffer();
  const body = { text, hex: buffer.toString('hex'), isBuffer: Buffer.isBuffer(buffer) };
  return ok({ body: { method, url, baseUrl, path, query, headers, ip, functionName, ...body } });
}

export async function post_json(request) {
  return created({ body: await request.body.json() });
}

export const get_text = () => response({ status: 303, headers: { Location: '/', 'Content-Type': 'text/plain' }, body: 'gone' });
export const get_buffer = () => ok({ headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255, 128]) });
export const get_nothing = () => undefined;
export const get_throws = () => {
  throw new Error('a secret detail');
};
const helpers = [ok, created, badRequest, forbidden, notFound, serverError];
export const get_helpers = () => ok({ body: helpers.map((helper) => helper({ status: 999 }).status) });
export const options_cors = () => response({ status: 204, headers: { 'Access-Control-Allow-Methods': 'POST' } });

export async function get_modules() {
  const late = await import('backend/parts/counter');
  return ok({ body: {
    hello,
    doubled: await double(4),
    hash: createHash === crypto.createHash,
    sameModule: next === sameNext && late.next === next,
    strict: (function test() { return this === undefined; })(),
    env: process.env.HOME,
  } });
}

export const get_count = () => ok({ body: { count: next() } });

// --- data ---

export async function post_data(request) {
  const { op, args } = await request.body.json();
  try {
    return ok({ body: { value: await wixData[op](...args) } });
  } catch (error) {
    return ok({ body: { error: shape(error) } });
  }
}

export async function get_dates() {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const inserted = await wixData.insert('Private', { _id: 'dated', at, deep: { list: [at] }, nothing: undefined }, ADMIN);
  const read = await wixData.get('Private', 'dated', FRESH);
  const never = wixData.query('Private').eq('at', at).lt('deep.when', at);
  const { items, totalCount } = await never.or(wixData.query('Private').le('at', at)).find(FRESH);
  return ok({ body: {
    dates: [inserted.at, read.at, read.deep.list[0], read._createdDate, items[0].at].map((date) => date instanceof Date),
    same: read.at.getTime() === at.getTime(),
    totalCount,
    owner: typeof read._owner,
  } });
}

export async function get_query() {
  for (const number of [1, 2, 3, 4, 5]) {
    const even = number % 2 === 0 ? true : undefined;
    await wixData.insert('Public', { _id: `n${number}`, number, tags: [`t${number}`, 'all'], even });
  }
  const query = wixData.query('Public');
  const ids = async (refined) => (await refined.find()).items.map((item) => item._id).join();
  const first = await query.descending('number').limit(2).find();
  const second = await first.next();
  return ok({ body: {
    range: await ids(query.gt('number', 1).le('number', 3)),
    or: await ids(query.eq('number', 1).or(query.eq('number', 5))),
    some: await ids(query.hasSome('tags', ['t2', 't4'])),
    element: await ids(query.eq('tags', 't3')),
    empty: await ids(query.isEmpty('even')),
    notEmpty: await ids(query.isNotEmpty('even').ne('number', 2)),
    pages: [first.items, second.items].map((items) => items.map((item) => item.number)),
    paging: [first.totalCount, first.totalPages, first.hasNext(), second.currentPage, second.hasPrev()],
    count: await query.ge('number', 2).count(),
    distinct: (await query.distinct('even')).items,
  } });
}

export async function get_staleness() {
  await wixData.insert('Private', { _id: 'stale', version: 1 }, ADMIN);
  const seen = await wixData.get('Private', 'stale', ADMIN);
  const fresh = await wixData.get('Private', 'stale', FRESH);
  await sleep(250);
  await wixData.update('Private', { _id: 'stale', version: 2 }, ADMIN);
  const found = await wixData.query('Private').eq('_id', 'stale').find(ADMIN);
  const later = await wixData.query('Private').eq('_id', 'stale').find(FRESH);
  return ok({ body: { seen, fresh: fresh.version, found: found.items.map((item) => item.version), later: later.items[0].version } });
}

// --- time, death and isolation ---

export async function post_slow(request) {
  const [id, before] = request.path;
  await wixData.insert('Private', { _id: `${id}-begun` }, ADMIN);
  await sleep(Number(before));
  await wixData.insert('Private', { _id: `${id}-finished` }, ADMIN);
  return ok({ body: { finished: true } });
}

export async function post_stubborn(request) {
  try {
    await wixData.insert('Private', { _id: `${request.path[0]}-1` }, ADMIN);
    await wixData.insert('Private', { _id: `${request.path[0]}-2` }, ADMIN);
  } finally {
    await wixData.insert('Private', { _id: `${request.path[0]}-finally` }, ADMIN);
  }
  return ok();
}

export function get_endless() {
  for (;;);
}

export const get_clock = () => ok({ body: { now: Date.now(), dated: new Date().getTime(), isDate: new Date(0) instanceof Date } });

// --- the network and secrets ---

export async function get_fetch(request) {
  const ways = { wix: wixFetch, global: fetch, json: getJSON, http: httpGet };
  try {
    const answer = await ways[request.path[0]](request.query.url);
    return ok({ body: { text: typeof answer.text === 'function' ? await answer.text() : answer } });
  } catch (error) {
    return ok({ body: { error: shape(error) } });
  }
}

const httpGet = (url) => new Promise((resolve, reject) => {
  http.get(url, (answer) => {
    answer.resume();
    resolve({ status: answer.statusCode });
  }).on('error', reject);
});

export async function get_secrets() {
  const refused = await secrets.getSecretValue('apiKey').catch((error) => shape(error));
  const missing = await getSecret('nope').catch((error) => shape(error));
  return ok({ body: { old: await getSecret('apiKey'), current: await elevate(secrets.getSecretValue)('apiKey'), refused, missing } });
}

export async function get_logs(request) {
  console.log('hello', { id: request.path[0] });
  console.error('the key is', await getSecret('apiKey'), 'and the card 4111111111111111 of', 1763740000000);
  return ok();
}

export const get_who = async (request) => ok({ body: {
  role: currentUser.role, cookie: request.headers.cookie ?? null, member: await currentMember.getMember().catch((error) => error.message),
} });
