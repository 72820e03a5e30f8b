// What no browser may be told: secrets of the shop's accounts, and card numbers that it has not typed itself.

import assert from 'node:assert/strict';
import { CARDS } from '../../banks/cards.js';
import { accounts } from '../../scripts/example.js';

const PUBLIC = ['clientId', 'merchantId', 'terminalId', 'terminalNo', 'posnetId', 'apiUser'];   // names and numbers that a form may carry
const KEPT = ['apiKey'];   // names iyzico's merchant in the collections, which velo-local shows as they are
const PANS = CARDS.flatMap(({ pan, aliases }) => [pan, ...aliases]);

/** No secret in anything that the browser was told or has asked for, and no whole card number in what the site told it: the banks' pages
 * list the test cards. @param {import('./witness.js').Exchange[]} exchanges @param {{ site: string, banks: string }} origins */
export function assertNothingTold(exchanges, { site, banks }) {
  const secrets = Object.values(accounts(banks)).flatMap(({ merchant }) => Object.entries(merchant)).filter(([name]) => !PUBLIC.includes(name));
  assert.ok(secrets.length >= 12, 'the secrets to look for');
  for (const exchange of exchanges) {
    const told = readings(`${exchange.url}\n${JSON.stringify(exchange.headers)}\n${exchange.body}`);
    const where = `${exchange.method} ${exchange.url}`;
    const isData = exchange.url.startsWith(`${site}/_local/data`);
    for (const [name, value] of secrets.filter(([each]) => !isData || !KEPT.includes(each))) {
      for (const form of [value, btoa(value)]) assert.ok(!told.includes(form), `${where} tells ${name}`);
    }
    if (!exchange.url.startsWith(site)) continue;
    // A card that has just been typed may go back to the browser that typed it: İş Bankası's `3d` wants it in the form that posts to the bank.
    const [typed, digits] = [digitsOf(exchange.sent), digitsOf(told)];
    for (const pan of PANS) assert.ok(typed.includes(pan) || !digits.includes(pan), `${where} tells a card number`);
  }
}

/** @param {string} text */
const digitsOf = (text) => text.replace(/(?<=\d)[ +-](?=\d)/g, '');

/** The text as it stands, and as a form, a page or JSON would be understood. @param {string} text */
function readings(text) {
  const unpercented = text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  const unescaped = text.replace(/&#x([0-9a-f]+);|&#(\d+);/gi, (_, hex, decimal) => String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)));
  return [text, unpercented, unescaped, text.replace(/\\\//g, '/')].join('\n');
}
