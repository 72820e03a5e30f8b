// PayTR's payment links: created and deleted through the API, paid on a page of PayTR's own. A link has no order number of the
// shop's: PayTR makes one for each payment, and the shop's `callback_id` comes back beside it. Source: dev.paytr.com, Link API.
// Not simulated: the QR code (`get_qr`), instalments at the cash price (`pft`), sending by SMS and e-mail.
import { installmentChoices, readCard } from './card-input.js';
import { sameDigest } from './digest.js';
import { duplicateName, parseForm } from './form.js';
import { forPeople } from './money.js';
import { cardForm, errorPage, FILL_SCRIPT, html, languageOf, page, seeOther, speaker } from './page.js';
import { linkCreateToken, linkDeleteToken } from './paytr-hash.js';
import { momentOf } from './turkish-time.js';

const REQUIRED = ['merchant_id', 'name', 'price', 'max_installment', 'link_type', 'lang', 'paytr_token'];
const MOST_DELETED = 10;
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/**
 * @param {object} bank what the links need of the simulated PayTR
 * @param {(form: Record<string, string>) => any} bank.storeOf
 * @param {(text: string) => any} bank.currencyOf
 * @param {(payment: object) => any} bank.open begins a payment
 */
export function createLinks({ storeOf, currencyOf, open, address, courier, now, random, mount }) {
  /** @type {Map<string, any>} */
  const links = new Map();
  const newText = (count) => [...random(count)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

  function create(form, fields, { origin }) {
    const failed = (reason) => ({ status: 'failed', reason });
    const invalid = (name) => failed(`Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - create): ${name}`);
    const repeated = duplicateName(fields);
    if (repeated) return failed(`Ayni alan birden fazla gonderildi: ${repeated}`);
    const missing = REQUIRED.find((name) => (form[name] ?? '').trim() === '');
    if (missing) return invalid(missing);
    const store = storeOf(form);
    if (!store) return error('Gecersiz istek veya magaza aktif degil');
    if (!sameDigest(form.paytr_token, linkCreateToken(form, store))) return error('paytr_token gonderilmedi veya gecersiz');
    const wrong = wrongField(form);
    if (wrong) return invalid(wrong);
    const link = register(form, store);
    return { status: 'success', id: link.id, link: `${origin}${mount}/link/${link.id}` };
  }

  /** The first field whose value PayTR would not take, or undefined. */
  function wrongField(form) {
    const product = form.link_type === 'product';
    const count = /^[1-9]\d{0,5}$/;
    const checks = {
      name: form.name.length >= 4 && form.name.length <= 200,
      price: /^[1-9]\d{0,11}$/.test(form.price),
      currency: currencyOf(form.currency),
      max_installment: /^([1-9]|1[0-2])$/.test(form.max_installment),
      link_type: product || form.link_type === 'collection',
      lang: /^(tr|en)$/.test(form.lang),
      min_count: !product || count.test(form.min_count ?? ''),
      email: product || /^[^\s@]+@[^\s@]+$/.test(form.email ?? ''),
      max_count: !form.max_count || (product && count.test(form.max_count) && Number(form.max_count) >= Number(form.min_count)),
      expiry_date: !form.expiry_date || momentOf(form.expiry_date) > now(),
      // PayTR takes no localhost and no port here. A simulation on one machine has both: it asks for the shop's address instead.
      callback_link: form.callback_link ? Boolean(form.callback_id) && courier.mayReach(form.callback_link) : !form.callback_id,
      callback_id: !form.callback_id || /^[A-Za-z0-9]{1,64}$/.test(form.callback_id),
    };
    return Object.keys(checks).find((name) => !checks[name]);
  }

  function register(form, store) {
    const link = {
      id: newText(7), store, name: form.name, price: BigInt(form.price), currency: currencyOf(form.currency), lang: form.lang,
      maxInstallments: Number(form.max_installment), minCount: form.link_type === 'product' ? Number(form.min_count) : 1,
      maxCount: form.link_type === 'product' ? Number(form.max_count || Infinity) : 1, product: form.link_type === 'product',
      expiresAt: form.expiry_date ? momentOf(form.expiry_date) : Infinity, callbackUrl: form.callback_link ?? '',
      callbackId: form.callback_id ?? '', sold: 0, deleted: false,
    };
    links.set(link.id, link);
    return link;
  }

  /** One link, or up to ten with commas between them. */
  function remove(form) {
    const store = storeOf(form);
    if (!store) return error('Gecersiz istek veya magaza aktif degil');
    if (!sameDigest(form.paytr_token, linkDeleteToken(form, store))) return error('paytr_token gonderilmedi veya gecersiz');
    const ids = (form.id ?? '').split(',');
    if (ids.length > MOST_DELETED) return error(`En fazla ${MOST_DELETED} link silinebilir`);
    const isThere = (id) => links.get(id)?.store === store && !links.get(id).deleted;
    const [found, lost] = [ids.filter(isThere), ids.filter((id) => !isThere(id))];
    for (const id of found) links.get(id).deleted = true;
    if (ids.length > 1) return { status: found.length > 0 ? 'success' : 'failed', success_deletes: found, failed_deletes: lost };
    if (found.length > 0) return { status: 'success' };
    return { status: 'failed', reason: 'Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - delete): id' };
  }

  /** How many more can be bought; 0 for a link that is gone. */
  const left = ({ deleted, expiresAt, maxCount, sold }) => (deleted || now() > expiresAt ? 0 : maxCount - sold);
  const isOpen = (link, count = link.minCount) => left(link) >= count;

  // ---- the page

  function visitPage(request) {
    const [, id, step] = /^\/link\/([A-Za-z0-9]{7})(\/card)?$/.exec(request.path) ?? [];
    const link = links.get(id);
    if (!link) return errorPage('paytr', 404, 'Sayfa bulunamadı', 'Böyle bir link yok.', 'There is no such link.');
    if (!isOpen(link)) return errorPage('paytr', 410, 'Link aktif değil', 'Bu link artık aktif değil.', 'This link is closed.');
    const lang = request.query.has('lang') ? languageOf(request.query.get('lang')) : link.lang;
    if (step && request.method === 'POST') return takeCard(link, Object.fromEntries(parseForm(request.body)), lang);
    return payPage(link, lang);
  }

  function takeCard(link, form, lang) {
    if (form.action === 'cancel') return seeOther(`${mount}/link/${link.id}?lang=${lang}`);
    const say = speaker(lang);
    const count = Number(form.count || link.minCount);
    const installments = Number(form.installments || 1);
    if (!(Number.isInteger(count) && count >= link.minCount && count <= left(link))) {
      return payPage(link, lang, say('Adet geçersiz.', 'The quantity is not valid.'));
    }
    if (!choices(link, lang).some((each) => each.count === installments)) {
      return payPage(link, lang, say('Taksit sayısı geçersiz.', 'The number of instalments is not valid.'));
    }
    const card = readCard(form, lang);
    if (card.error) return payPage(link, lang, card.error);
    return seeOther(address(begin(link, { lang, count, installments, pan: card.pan }), '/3d'));
  }

  /** A payment of this link, with an order number of PayTR's own. */
  const begin = (link, { lang = link.lang, count = link.minCount, installments = 1, pan }) => open({
    channel: 'link', link, count, store: link.store, currency: link.currency, oid: `PTL${now()}${newText(6)}`,
    minor: link.price * BigInt(count), lang, testMode: '1', maxInstallments: link.maxInstallments, installments, pan,
    state: 'password', callbackId: link.callbackId,
  });

  const choices = (link, lang) =>
    installmentChoices(link.price, link.currency, [1, 2, 3, 6, 9, 12].filter((count) => count <= link.maxInstallments), lang);

  function payPage(link, lang, error) {
    const say = speaker(lang);
    const summary = [
      [say('Mağaza', 'Shop'), link.store.shopName ?? link.store.merchantId],
      [say('Ürün / hizmet', 'Product or service'), link.name],
      [say('Tutar', 'Amount'), forPeople(link.price, link.currency, lang)],
    ];
    const action = `${mount}/link/${link.id}/card?lang=${lang}`;
    return page({
      brand: 'paytr', language: lang, title: say('Kart ile öde', 'Pay by card'), script: FILL_SCRIPT,
      switchTo: `${mount}/link/${link.id}?lang=`,
      content: html`${left(link) > 1 && link.product && html`<p><label for="count">${say('Adet', 'Quantity')}</label>
<input id="count" name="count" form="card-form" inputmode="numeric" value="${link.minCount}"></p>`}
${cardForm({ say, action, summary, installments: choices(link, lang), error })}`,
    });
  }

  const error = (message) => ({ status: 'error', err_msg: message, reason: message });

  return {
    create, remove, visitPage, begin, isOpen,
    find: (id) => links.get(id),
  };
}
