// wix-pay-frontend: startPayment opens Wix's payment dialog. The provider's page opens in a window of its own, because it leaves
// the site and page code has to be there when the buyer comes back. What the promise resolves to is for display: the truth goes to
// backend/events.js.

const WORDS = {
  tr: {
    title: 'Ödeme', pay: 'Öde', cancel: 'Vazgeç', close: 'Kapat', firstName: 'Ad', lastName: 'Soyad', email: 'E-posta', phone: 'Telefon',
    method: 'Ödeme yöntemi', none: 'Bağlı bir ödeme sağlayıcı yok.', terms: 'Koşulları okudum, kabul ediyorum', open: 'Ödeme sayfasını aç',
    waiting: 'Ödeme penceresindeki işlemi tamamlayın…', total: 'Toplam',
    Successful: 'Ödemeniz alındı. Teşekkürler!', Pending: 'Ödemeniz onay bekliyor.', Failed: 'Ödeme alınamadı.', Cancelled: 'Ödemeden vazgeçildi.',
    Undefined: 'Ödemenizin sonucu henüz belli değil.', error: 'Ödeme başlatılamadı',
  },
  en: {
    title: 'Payment', pay: 'Pay', cancel: 'Cancel', close: 'Close', firstName: 'First name', lastName: 'Last name', email: 'E-mail', phone: 'Telephone',
    method: 'Payment method', none: 'No payment provider is connected.', terms: 'I have read and accept the terms', open: 'Open the payment page',
    waiting: 'Complete the payment in the other window…', total: 'Total',
    Successful: 'Your payment has been received. Thank you!', Pending: 'Your payment awaits approval.', Failed: 'The payment did not go through.',
    Cancelled: 'The payment was cancelled.', Undefined: 'What became of your payment is not known yet.', error: 'The payment could not be started',
  },
};

const FIELDS = [['firstName', 'text', 'given-name'], ['lastName', 'text', 'family-name'], ['email', 'email', 'email'], ['phone', 'tel', 'tel']];

const FINAL = ['Successful', 'Failed', 'Cancelled'];
const POLL_MS = 700;

const language = () => (document.documentElement.lang === 'en' ? 'en' : 'tr');

async function service(name, args) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(args) };
  const { result, error } = await (await fetch(`/_services/pay/${name}`, init)).json();
  if (error) throw new Error(error.message);
  return result;
}

/**
 * @param {string} paymentId from wix-pay-backend's createPayment
 * @param {{ showThankYouPage?: boolean, skipUserInfoPage?: boolean, termsAndConditionsLink?: string, userInfo?: object }} [options]
 */
export async function startPayment(paymentId, options = {}) {
  if (typeof paymentId !== 'string') throw new TypeError('startPayment expects the id of a payment');
  const about = await service('about', { paymentId });
  return new Promise((resolve) => new Dialog(about, options, resolve).show());
}

class Dialog {
  constructor(about, options, resolve) {
    Object.assign(this, { about, options, words: WORDS[language()], paymentId: about.payment.id });
    this.settle = (result) => {
      resolve(result);
      this.settle = () => {};
    };
    this.node = element('dialog', { class: 'wix-pay', 'aria-labelledby': 'wix-pay-title' });
    this.node.addEventListener('close', () => this.closed());
  }

  show() {
    this.node.append(element('style', {}, STYLE), this.form());
    document.body.append(this.node);
    this.node.showModal();
  }

  form() {
    const { words, about } = this;
    const form = element('form', {}, element('h2', { id: 'wix-pay-title' }, words.title), this.items());
    if (!this.skipsUserInfo()) form.append(...FIELDS.map((field) => this.input(...field)));
    const link = this.options.termsAndConditionsLink;
    if (link) form.append(check('terms', element('a', { href: link, target: '_blank', rel: 'noopener' }, words.terms)));
    form.append(about.method ? radio(words.method, about.method) : element('p', { role: 'alert' }, words.none));
    const pay = about.method ? [element('button', { type: 'submit' }, words.pay)] : [];
    const cancel = element('button', { type: 'button', class: 'quiet' }, words.cancel);
    cancel.onclick = () => this.node.close();
    form.append(element('div', { class: 'row' }, ...pay, cancel));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.pay(new FormData(form));
    };
    return form;
  }

  skipsUserInfo() {
    return this.options.skipUserInfoPage === true && this.about.userInfo !== null;
  }

  items() {
    const { items, amount, currency } = this.about.payment;
    const money = (value) => new Intl.NumberFormat(language(), { style: 'currency', currency }).format(value);
    const rows = items.map(({ name, quantity, price }) => element('li', {}, `${quantity} × ${name} · ${money(price)}`));
    return element('div', {}, element('ul', {}, ...rows), element('p', { class: 'total' }, `${this.words.total}: ${money(amount)}`));
  }

  input(name, type, autocomplete) {
    const value = (this.options.userInfo ?? this.about.userInfo)?.[name] ?? '';
    return element('label', {}, this.words[name], element('input', { name, type, autocomplete, value, ...(name !== 'phone' && { required: '' }) }));
  }

  async pay(form) {
    // The window is opened while the click still counts; where it goes is known a moment later.
    this.window = window.open('', '_blank');
    const userInfo = this.skipsUserInfo() ? this.about.userInfo : Object.fromEntries(FIELDS.map(([name]) => [name, form.get(name) || null]));
    try {
      const started = await service('start', { paymentId: this.paymentId, userInfo, language: language() });
      this.started = true;
      if (started.redirectUrl) this.go(started.redirectUrl);
      else this.window?.close();
      this.say(this.words.waiting, started.redirectUrl);
      this.poll(started);
    } catch (error) {
      this.window?.close();
      this.say(`${this.words.error}: ${error.message}`);
    }
  }

  go(address) {
    if (!this.window) return;
    this.window.opener = null;
    this.window.location.href = address;
  }

  async poll({ redirectUrl }) {
    const result = await service('result', { paymentId: this.paymentId });
    const over = FINAL.includes(result.status) || !this.node.open || (!redirectUrl && result.status === 'Pending');
    const left = this.window?.closed && ['Pending', 'Undefined'].includes(result.status);
    if (!over && !left) return void setTimeout(() => this.poll({ redirectUrl }), POLL_MS);
    if (left && !this.asked) {
      // The event may be a moment behind the browser.
      this.asked = true;
      return void setTimeout(() => this.poll({ redirectUrl }), 4 * POLL_MS);
    }
    this.finish(result);
  }

  finish(result) {
    if (this.options.showThankYouPage === false) this.node.close();
    else this.say(this.words[result.status] ?? result.status);
    this.settle(result);
  }

  say(text, address) {
    const close = element('button', { type: 'button', class: 'quiet' }, this.words.close);
    close.onclick = () => this.node.close();
    const link = address ? [element('p', {}, element('a', { href: address, target: '_blank', rel: 'noopener' }, this.words.open))] : [];
    this.node.querySelector('form').replaceChildren(
      element('h2', { id: 'wix-pay-title' }, this.words.title), element('p', { role: 'status' }, text), ...link, element('div', { class: 'row' }, close),
    );
  }

  /** Closed by the buyer: cancelled if nothing had begun, else whatever is known. */
  async closed() {
    this.node.remove();
    const result = await service('result', { paymentId: this.paymentId });
    this.settle(this.started ? result : { ...result, status: 'Cancelled' });
  }
}

function element(tag, attributes, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...content);
  return node;
}

const check = (name, label) => element('label', { class: 'line' }, element('input', { type: 'checkbox', name, required: '' }), label);

const radio = (legend, label) => element('fieldset', {}, element('legend', {}, legend),
  element('label', { class: 'line' }, element('input', { type: 'radio', name: 'method', value: 'provider', checked: '' }), label));

const STYLE = `
.wix-pay { width: min(26rem, calc(100vw - 2rem)); border: 1px solid var(--line, #ccc); border-radius: .8rem; padding: 1.25rem 1.4rem; color: inherit;
  background: var(--paper, #fff); }
.wix-pay::backdrop { background: rgb(0 0 0 / .5); }
.wix-pay form { display: grid; gap: .75rem; }
.wix-pay h2 { margin: 0; font-size: 1.2rem; }
.wix-pay ul { margin: 0; padding-left: 1.1rem; }
.wix-pay .total { margin: .3rem 0 0; font-weight: 700; }
.wix-pay label { display: grid; gap: .2rem; font-size: .9rem; }
.wix-pay label.line { display: flex; gap: .5rem; align-items: center; }
.wix-pay fieldset { border: 1px solid var(--line, #ccc); border-radius: .4rem; margin: 0; }
.wix-pay input:not([type=radio], [type=checkbox]) { padding: .5rem .6rem; border: 1px solid var(--line, #ccc); border-radius: .4rem; font: inherit; color: inherit;
  background: var(--ground, #fff); }
.wix-pay .row { display: flex; gap: .6rem; }
.wix-pay button { padding: .55rem 1.1rem; border: 1px solid var(--mark, #0b5cad); border-radius: .4rem; background: var(--mark, #0b5cad); color: var(--paper, #fff);
  font: inherit; font-weight: 600; cursor: pointer; }
.wix-pay button.quiet { background: none; color: var(--mark, #0b5cad); }
`;

export default { startPayment };
