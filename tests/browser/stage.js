// Where a test plays: the example site with the simulated banks, a browser, and a witness of everything that the browser is told. Whoever
// visits has a screen and a language, and when they leave nothing may have complained, led elsewhere, or told a secret.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { CARDS } from '../../banks/cards.js';
import { accounts, startExample } from '../../scripts/example.js';
import { launch } from './chromium.js';
import { Customer } from './customer.js';
import { look } from './look.js';
import { startWitness } from './witness.js';

/** @typedef {{ name: string, language: 'tr' | 'en', viewport: { width: number, height: number } }} Screen */

/** Both widths and both languages, at the price of two runs. @type {Screen[]} */
export const SCREENS = [
  { name: 'phone', language: 'tr', viewport: { width: 390, height: 844 } },
  { name: 'desktop', language: 'en', viewport: { width: 1280, height: 800 } },
];

/** @param {object} [options] of startExample */
export async function openStage(options = {}) {
  const witness = await startWitness();
  const example = { sitePort: 0, banksPort: 0, ...options, site: { jobEveryMs: 0, ...options.site } };
  const opened = await Promise.allSettled([launch({ proxy: { server: witness.url } }), startExample(example)]);
  const failed = opened.find(({ status }) => status === 'rejected');
  const [browser, { site, banks, close } = {}] = opened.map(({ value }) => value);
  const stage = new Stage({ browser, site, banks, witness, closeExample: close });
  if (!failed) return stage;
  await stage.close();
  throw failed.reason;
}

class Stage {
  #ahead = 0;

  constructor(parts) {
    Object.assign(this, parts);
  }

  /** @param {Screen} screen @param {object} [options] of the browser's context */
  async visit(screen, options = {}) {
    const context = await this.browser.newContext({ viewport: screen.viewport, locale: screen.language === 'tr' ? 'tr-TR' : 'en-GB', ...options });
    context.setDefaultTimeout(20_000);
    return new Visitor(this, screen, context, await context.newPage());
  }

  collection(name) {
    return this.site.data.collection(name).all();
  }

  /** The scheduled job, as it would run so many minutes later. The clock never goes back. */
  async settleAfter(minutes) {
    this.#ahead += minutes * 60_000;
    this.site.habits.set({ clockAheadMs: this.#ahead });
    await this.site.runJob('settle');
  }

  async close() {
    await this.browser?.close();
    await this.closeExample?.();
    await this.witness.close();
  }
}

export class Visitor {
  /** What the browser complained about. @type {string[]} */
  #complaints = [];
  #addresses = new Set();

  /** @param {Stage} stage @param {Screen} screen */
  constructor(stage, screen, context, page) {
    Object.assign(this, { stage, context, page, name: screen.name, language: screen.language });
    context.on('weberror', (error) => this.#complaints.push(error.error().message));
    context.on('console', (message) => message.type() === 'error' && this.#complaints.push(message.text()));   // policies' complaints, too
    context.on('request', (request) => this.#addresses.add(request.url()));
  }

  /** @param {string} path on the site; pages are read in the visitor's language */
  async goto(path) {
    const url = new URL(path, this.stage.site.url);
    if (this.language === 'en') url.searchParams.set('lang', 'en');
    await this.page.goto(url.href);
  }

  /** On velo-local's page, as a person does it. @param {'member' | 'admin'} role */
  async signIn(role) {
    await this.goto('/_local/members');
    await this.page.locator('.card', { hasText: role === 'admin' ? 'Deniz' : 'Ayşe' }).getByRole('button').click();
    await this.page.locator('.card.on', { hasText: role === 'admin' ? 'Deniz' : 'Ayşe' }).waitFor();
  }

  /** What they do on a bank's page. */
  atBank(page = this.page) {
    return new Customer(page, this.stage.site.url);
  }

  /** All of it. @param {string} card */
  async payAtBank(card = 'success', page = this.page) {
    const customer = this.atBank(page);
    await customer.enterCard(card);
    await customer.enterPassword();
  }

  /** @param {string} what this screen is called in a picture's name */
  async look(what, page = this.page) {
    await look(page, `${what}-${this.name}-${this.language}`);
  }

  /** @param {RegExp} [expected] complaints that belong to the test: a browser complains about every answer that is a refusal */
  async leave(expected) {
    await this.context.close();
    assert.deepEqual(this.#complaints.filter((text) => !expected?.test(text)), []);
    const { site, banks } = this.stage;
    const places = [...this.#addresses].map((address) => new URL(address)).filter(({ protocol }) => !['data:', 'blob:'].includes(protocol));
    assert.deepEqual(places.map(({ origin }) => origin).filter((origin) => ![site.url, banks.url].includes(origin)), [], 'somewhere else');
    assertNothingTold(this.stage);
  }
}

// ---- secrets

const PUBLIC = ['clientId', 'merchantId', 'terminalId', 'terminalNo', 'posnetId', 'apiUser'];   // names and numbers that a form may carry
const KEPT = ['apiKey'];   // names iyzico's merchant in the collections, which velo-local shows as they are
const PANS = CARDS.flatMap(({ pan, aliases }) => [pan, ...aliases]);

/** No secret in anything that the browser was told or has asked for, and no whole card number in what the site told it: the banks' pages
 * list the test cards. */
export function assertNothingTold({ witness, banks, site }) {
  const secrets = Object.values(accounts(banks.url)).flatMap(({ merchant }) => Object.entries(merchant)).filter(([name]) => !PUBLIC.includes(name));
  assert.ok(secrets.length >= 12, 'the secrets to look for');
  assert.ok(witness.exchanges.some(({ url }) => url.startsWith(site.url)), 'the witness has seen the site');
  for (const exchange of witness.exchanges) {
    const told = readings(`${exchange.url}\n${JSON.stringify(exchange.headers)}\n${exchange.body}`);
    const where = `${exchange.method} ${exchange.url}`;
    const isData = exchange.url.startsWith(`${site.url}/_local/data`);
    for (const [name, value] of secrets.filter(([each]) => !isData || !KEPT.includes(each))) {
      for (const form of [value, btoa(value)]) assert.ok(!told.includes(form), `${where} tells ${name}`);
    }
    if (!exchange.url.startsWith(site.url)) continue;
    const digits = told.replace(/(?<=\d)[ +-](?=\d)/g, '');
    for (const pan of PANS) assert.ok(!digits.includes(pan), `${where} tells a card number`);
  }
}

/** The text as it stands, and as a form, a page or JSON would be understood. @param {string} text */
function readings(text) {
  const unpercented = text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  const unescaped = text.replace(/&#x([0-9a-f]+);|&#(\d+);/gi, (_, hex, decimal) => String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)));
  return [text, unpercented, unescaped, text.replace(/\\\//g, '/')].join('\n');
}

// ---- waiting

/** What becomes true by itself. @template T @param {string} what @param {() => T | Promise<T>} found @returns {Promise<T>} */
export async function until(what, found) {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await found();
    if (value) return value;
    await wait(100);
  }
  return assert.fail(`${what} never came`);
}
