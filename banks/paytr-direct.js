// PayTR's Direct API, as far as it differs from the iFrame: the form that a shop's page posts to /odeme with the card in it. Which
// fields it needs and what they may contain stands at dev.paytr.com, Direkt API, 1. adım.
import { sameDigest } from './digest.js';
import { duplicateName } from './form.js';
import { toMinor } from './money.js';
import { directToken } from './paytr-hash.js';

const REQUIRED = [
  'merchant_id', 'paytr_token', 'user_ip', 'merchant_oid', 'email', 'payment_type', 'payment_amount', 'installment_count', 'non_3d',
  'cc_owner', 'card_number', 'expiry_month', 'expiry_year', 'cvv', 'merchant_ok_url', 'merchant_fail_url', 'user_name',
  'user_address', 'user_phone', 'user_basket',
];
const LONGEST = {
  user_ip: 39, merchant_oid: 64, email: 100, cc_owner: 50, merchant_ok_url: 400, merchant_fail_url: 400, user_name: 60,
  user_address: 400, user_phone: 20,
};
const CARD_TYPES = ['advantage', 'axess', 'combo', 'bonus', 'cardfinans', 'maximum', 'paraf', 'world', 'saglamkart'];
const INSTALMENTS = /^(0|[2-9]|1[0-2])$/;

/** Whoever sent this form does not know the shop's key, as far as we can see: nothing may come of it. */
export function whoSent(form, fields, storeOf) {
  const repeated = duplicateName(fields);
  if (repeated) return { problem: `Ayni alan birden fazla gonderildi: ${repeated}` };
  const missing = REQUIRED.find((name) => (form[name] ?? '').trim() === '');
  if (missing) return { problem: `Zorunlu alan degeri gecersiz veya gonderilmedi: ${missing}` };
  const store = storeOf(form);
  if (!store) return { problem: 'Gecersiz merchant_id.' };
  if (!sameDigest(form.paytr_token, directToken(form, store))) return { problem: 'paytr_token gonderilmedi veya gecersiz.' };
  return { store };
}

/** What is wrong with a form that the shop did sign, or null. */
export function problemOf(form, currency) {
  const tooLong = Object.keys(LONGEST).find((name) => form[name].length > LONGEST[name]);
  if (tooLong) return `${tooLong} en fazla ${LONGEST[tooLong]} karakter olabilir.`;
  if (!/^[A-Za-z0-9]+$/.test(form.merchant_oid)) return 'merchant_oid alfanumerik olmalidir.';
  if (form.payment_type !== 'card') return 'payment_type gecersiz.';    // 'bex', a wallet, is not simulated
  if (!amountOf(form)) return 'payment_amount gecersiz, ondalik ayrac olarak nokta gonderilmelidir.';
  if (!currency) return 'Gecersiz para birimi.';
  if (!INSTALMENTS.test(form.installment_count)) return 'installment_count gecersiz.';
  if (![form.test_mode || '0', form.non_3d].every((flag) => /^[01]$/.test(flag))) return 'test_mode, non_3d: 0 veya 1 olmalidir.';
  if (form.card_type && !CARD_TYPES.includes(form.card_type)) return 'card_type gecersiz.';
  if (form.sync_mode === '1') return 'sync_mode icin magazanizin yetkisi bulunmuyor.';    // answers in JSON; not simulated
  return isBasket(form.user_basket) ? null : 'user_basket gecersiz.';
}

/** Decimal text here, where the iFrame has a hundredfold. Two decimals at most, and not nothing. */
export const amountOf = ({ payment_amount: text }) => (/^\d{1,10}(\.\d{1,2})?$/.test(text) && toMinor(text)) || null;

/** JSON as it stands; the iFrame's is base64. */
function isBasket(text) {
  try {
    const rows = JSON.parse(text);
    return Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row) && row.length === 3);
  } catch {
    return false;
  }
}
