// Where a test plays: the example site with the simulated banks, a browser, and a witness of everything that the browser is told. Whoever
// visits has a screen and a language, and when they leave nothing may have complained, led elsewhere, or told a secret.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { startExample } from '../../scripts/example.js';
import { launch } from './chromium.js';
import { Customer } from './customer.js';
import { look } from './look.js';
import { assertNothingTold } from './secrets.js';
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
  #heard = 0;

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

  /** In whatever has come to a browser since the last time. */
  assertNothingTold() {
    const { exchanges } = this.witness;
    const heard = exchanges.slice(this.#heard);
    this.#heard = exchanges.length;
    assertNothingTold(heard, { site: this.site.url, banks: this.banks.url });
  }

  async close() {
    await this.browser?.close();
    await this.closeExample?.();
    await this.witness.close();
    if (this.browser && this.site) this.assertNothingTold();
  }
}

export class Visitor {
  /** What the browser complained about. @type {string[]} */
  #complaints = [];
  /** Everything it has asked for. @type {import('playwright-core').Request[]} */
  requests = [];

  /** @param {Stage} stage @param {Screen} screen */
  constructor(stage, screen, context, page) {
    Object.assign(this, { stage, context, page, name: screen.name, language: screen.language });
    context.on('weberror', (error) => this.#complaints.push(error.error().message));
    context.on('console', (message) => message.type() === 'error' && this.#complaints.push(message.text()));   // policies' complaints, too
    context.on('request', (request) => this.requests.push(request));
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

  /** What they do in the shop and on a bank’s page. */
  asCustomer(page = this.page) {
    return new Customer(page, this.stage.site.url);
  }

  /** All of it. @param {string} card */
  async payAtBank(card = 'success', page = this.page) {
    const customer = this.asCustomer(page);
    await customer.enterCard(card);
    await customer.enterPassword();
  }

  /** @param {string} what this screen is called in a picture's name */
  async look(what, page = this.page) {
    await look(page, `${what}-${this.name}-${this.language}`);
  }

  /** The requests that had this in their address or their body. @param {string} text */
  requestsWith(text) {
    return this.requests.map((request) => ({ origin: new URL(request.url()).origin, all: `${request.url()} ${request.postData() ?? ''}` }))
      .filter(({ all }) => all.includes(text));
  }

  /** @param {RegExp} [expected] complaints that belong to the test: a browser complains about every answer that is a refusal */
  async leave(expected) {
    await this.context.close();
    assert.deepEqual(this.#complaints.filter((text) => !expected?.test(text)), []);
    const { site, banks } = this.stage;
    const places = this.requests.map((request) => new URL(request.url())).filter(({ protocol }) => !['data:', 'blob:'].includes(protocol));
    assert.deepEqual(places.map(({ origin }) => origin).filter((origin) => ![site.url, banks.url].includes(origin)), [], 'somewhere else');
    assert.ok(this.stage.witness.exchanges.length > 0, 'the browser does not go by the witness');
    this.stage.assertNothingTold();
  }
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
