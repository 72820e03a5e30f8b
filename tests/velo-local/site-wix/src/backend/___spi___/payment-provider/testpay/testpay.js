// A provider whose answers are chosen by the buyer's first name, so that a test can have every one of them.

import wixData from 'wix-data';

const ADMIN = { suppressAuth: true };

export async function connectAccount({ credentials, country, currency, wixMerchantId }, context) {
  if (!credentials.siteUrl) return { reasonCode: 2002, errorCode: 'NO_ADDRESS', errorMessage: 'the address is missing' };
  const seen = [country, currency, typeof wixMerchantId, context.identity.identityType].join();
  return { credentials: { ...credentials, seen }, accountId: credentials.account, accountName: `account ${credentials.account}` };
}

const answers = {
  Sloppy: () => ({ pluginTransactionId: crypto.randomUUID(), redirectUrl: `https://bank.example/${crypto.randomUUID()}` }),
  Wrong: () => ({ redirectUrl: '/relative' }),
  Nothing: () => undefined,
  Broken: () => { throw new Error('the provider broke'); },
  Declined: (id) => ({ pluginTransactionId: `p-${id}`, reasonCode: 3012, errorCode: 'NO_FUNDS', errorMessage: 'no funds' }),
  Pending: (id) => ({ pluginTransactionId: `p-${id}`, reasonCode: 5009 }),
  Instant: (id) => ({ pluginTransactionId: `p-${id}` }),
  Slow: async (id) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { pluginTransactionId: `p-${id}`, redirectUrl: 'https://bank.example/slow' };
  },
};

export async function createTransaction(options, context) {
  const { wixTransactionId: id, merchantCredentials, order } = options;
  await wixData.insert('Transactions', { _id: id, options, context, credentials: merchantCredentials }, ADMIN).catch(() => {});
  const answer = answers[order.description.billingAddress.firstName];
  return answer ? answer(id) : { pluginTransactionId: `p-${id}`, redirectUrl: `${merchantCredentials.siteUrl}/pay/${id}` };
}

export async function refundTransaction({ wixTransactionId, ...options }) {
  const { wixRefundId, refundAmount } = options;
  await wixData.insert('Transactions', { about: wixTransactionId, ...options }, ADMIN);
  if (refundAmount === '666') throw new Error('no word from the bank');
  if (refundAmount === '3025') return { reasonCode: 3025, errorCode: 'NO_MONEY', errorMessage: 'nothing to refund from' };
  if (refundAmount === '509') return { pluginRefundId: 'r-509', reasonCode: 5009, errorCode: 'WAIT', errorMessage: 'the bank has not said' };
  return { pluginRefundId: refundAmount === '777' ? crypto.randomUUID() : `r-${wixRefundId}` };
}
