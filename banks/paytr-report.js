// PayTR's transaction report: sales and refunds of at most three days. Source: dev.paytr.com, Satış ve İade İşlem Dökümü Servisi.
// The document names the fields of a row, but neither the name of the list nor the numbers of the errors [?]: the name can be
// chosen, and 204 is what a public library reports for a period that is too long. `dummy`, PayTR's made-up rows, is not simulated.
import { sameDigest } from './digest.js';
import { fromMinor } from './money.js';
import { reportToken } from './paytr-hash.js';
import { momentOf, timestamp } from './turkish-time.js';

const MOST_MS = 3 * 24 * 3600_000;

/** '24.06.2026' */
export const dottedDate = (ms) => timestamp(ms).slice(0, 10).split('-').reverse().join('.');

/**
 * @param {Record<string, string>} form
 * @param {{ storeOf: Function, payments: Iterable<any>, settings: any }} bank
 */
export function report(form, { storeOf, payments, settings }) {
  const error = (number, message) => ({ status: 'error', err_no: number, err_msg: message });
  const store = storeOf(form);
  if (!store) return error('001', 'Gecersiz istek veya magaza aktif degil');
  if (!sameDigest(form.paytr_token, reportToken(form, store))) return error('003', 'paytr_token gonderilmedi veya gecersiz');
  const [from, to] = [momentOf(form.start_date ?? ''), momentOf(form.end_date ?? '')];
  if (!(from <= to)) return error('202', 'start_date, end_date gecersiz');
  if (to - from > MOST_MS) return error('204', 'start_date ile end_date arasi 3 gunden fazla olamaz');
  const rows = [...payments].filter((payment) => payment.store === store && payment.result === 'success')
    .flatMap((payment) => [sale(payment, settings), ...payment.refunds.map((refund) => returned(payment, refund, settings))])
    .filter(({ at }) => at >= from && at <= to).sort((a, b) => a.at - b.at);
  if (rows.length === 0) return { status: 'failed', err_msg: 'ilgili tarih araliginda islem bulunamadi' };
  return { status: 'success', [settings.reportList]: rows.map(({ row }) => row) };
}

const sale = (payment, settings) =>
  entry(payment, settings, { type: 'S', at: payment.paidAt, minor: payment.minor, paid: payment.total });
const returned = (payment, { at, minor }, settings) => entry(payment, settings, { type: 'I', at, minor, paid: minor });

function entry(payment, { reportAmounts }, { type, at, minor, paid }) {
  const text = (amount) => (reportAmounts === 'comma' ? fromMinor(amount).replace('.', ',') : fromMinor(amount));
  const cost = costOf(paid);
  const row = {
    islem_tipi: type, net_tutar: text(paid - cost), kesinti_tutari: text(cost), kesinti_orani: '2.40', islem_tutari: text(minor),
    odeme_tutari: text(paid), islem_tarihi: dottedDate(at), para_birimi: payment.currency.paytr,
    taksit: payment.installments > 1 ? String(payment.installments) : '0', kart_marka: 'WORLD',
    kart_no: `${payment.pan.slice(0, 6)}***${payment.pan.slice(-4)}`, siparis_no: payment.oid, odeme_tipi: 'KART',
  };
  return { at, row };
}

/** What PayTR keeps of a payment. */
export const costOf = (minor) => minor * 24n / 1000n;
