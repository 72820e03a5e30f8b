// A customer: what a person does and sees in the example site and on the banks' pages.

import { cardByName, CV2, EXPIRY } from '../../banks/cards.js';

const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '+90 555 000 00 00' };

export class Customer {
  /** @param {import('playwright-core').Page} page @param {string} shop the site's address */
  constructor(page, shop) {
    this.page = page;
    this.shop = shop;
  }

  /** The first product, to be paid in this way. @param {string} method an account of the site's */
  async choose(method) {
    await this.page.goto(this.shop);
    await this.page.getByRole('button', { name: /satın al/i }).first().click();
    await this.#fill(Object.fromEntries(Object.entries(CUSTOMER).map(([field, value]) => [`input[name=${field}]`, value])));
    await this.page.locator(`input[name=method][value=${method}]`).check();
  }

  /** What the shop says about the card's details. */
  wayOfCard() {
    return this.page.locator('velopos-shop .way').innerText();
  }

  async goToPayment() {
    await this.page.locator('velopos-shop button[type=submit]').click();
  }

  /** On the bank's page. @param {string} name of the test card */
  async enterCard(name) {
    await this.#fill({ '#pan': cardByName(name).pan, '#month': EXPIRY.month, '#year': EXPIRY.year, '#cv2': CV2 });
    await this.page.locator('#pay').click();
  }

  /** On the shop's own page, whatever the bank calls its inputs. @param {string} name of the test card */
  async enterCardInShop(name) {
    const holder = this.page.getByLabel('Kart üzerindeki ad');
    const values = { 'Kart numarası': cardByName(name).pan, Ay: EXPIRY.month, Yıl: EXPIRY.year, 'Güvenlik kodu': CV2 };
    for (const [label, value] of Object.entries(values)) await this.page.getByLabel(label).fill(value);
    if (await holder.count() > 0) await holder.fill(CUSTOMER.name);
    await this.page.getByRole('button', { name: 'Öde' }).click();
  }

  async #fill(values) {
    for (const [selector, value] of Object.entries(values)) await this.page.locator(selector).fill(value);
  }

  /** The one-time password, which stands on its page. */
  async enterPassword() {
    await this.page.locator('#otp').fill(await this.page.locator('#otp-hint').getAttribute('data-code'));
    await this.page.locator('#confirm').click();
  }

  /** All of it, where the bank's page asks for the card. @param {string} method @param {string} card */
  async pay(method, card) {
    await this.choose(method);
    await this.goToPayment();
    await this.enterCard(card);
    await this.enterPassword();
  }

  async tryAgain() {
    await this.page.locator('velopos-result [data-event=retry]').click();
  }

  /** The result page says this; the bank's own pages may still be on their way there. */
  async result(state) {
    const card = this.page.locator(`velopos-result [data-state=${state}]`);
    await card.waitFor({ timeout: 20_000 });
    return card.innerText();
  }
}
