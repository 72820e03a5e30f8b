// What tutorials show: the digest is compared, and nothing else is checked. No shop should take money by it; it is here to show
// what the other checks cost.
import { createHash, createHmac } from 'node:crypto';

export const nestpay = ({ merchant: { storeKey } }) => ({ body }) => {
  const fields = Object.fromEntries(new URLSearchParams(body));
  const names = Object.keys(fields).filter((name) => !['hash', 'encoding', 'countdown', 'nationalidno'].includes(name.toLowerCase()));
  names.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const values = [...names.map((name) => fields[name]), storeKey];
  const text = values.map((value) => value.replaceAll('\\', '\\\\').replaceAll('|', '\\|')).join('|');
  return createHash('sha512').update(text).digest('base64') === fields.HASH && fields.mdStatus === '1' && fields.Response === 'Approved';
};

export const garanti = ({ merchant: { storeKey } }) => ({ body }) => {
  const fields = Object.fromEntries(new URLSearchParams(body));
  const text = fields.hashparams.split(':').map((name) => fields[name] ?? '').join('') + storeKey;
  return createHash('sha512').update(text).digest('hex').toUpperCase() === fields.hash && fields.mdstatus === '1';
};

export const paytr = ({ merchant: { merchantKey, merchantSalt } }) => ({ body }) => {
  const fields = Object.fromEntries(new URLSearchParams(body));
  const text = fields.merchant_oid + merchantSalt + fields.status + fields.total_amount;
  return createHmac('sha256', merchantKey).update(text).digest('base64') === fields.hash && fields.status === 'success';
};

export const iyzico = ({ merchant: { secretKey } }) => ({ body, signature }) => {
  const { iyziEventType, iyziPaymentId, token, paymentConversationId, status } = JSON.parse(body);
  const text = secretKey + iyziEventType + iyziPaymentId + token + paymentConversationId + status;
  return createHmac('sha256', secretKey).update(text).digest('hex') === signature && status === 'SUCCESS';
};
