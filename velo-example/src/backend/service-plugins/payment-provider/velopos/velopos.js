// The payment provider plugin: Wix calls these three by their names. What they do is in backend/velopos/wix-provider.js.

import * as provider from 'backend/velopos/wix-provider.js';

/** The owner connects the provider in Wix's dashboard. @type {typeof provider.connectAccount} */
export const connectAccount = async (options) => provider.connectAccount(options);

/** A buyer pays. @type {typeof provider.createTransaction} */
export const createTransaction = async (options) => provider.createTransaction(options);

/** The owner gives money back in Wix's dashboard. @type {typeof provider.refundTransaction} */
export const refundTransaction = async (options) => provider.refundTransaction(options);
