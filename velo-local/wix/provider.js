// The payment provider of a site: its plugins, the account that the owner has connected, and the calls into the plugin's
// functions.

import { randomUUID } from 'node:crypto';

import { ContainerGone } from '../container.js';
import { WixError } from './errors.js';
import { accountProblems, configProblems, findPlugins } from './plugin.js';
import { Records, collectionOf } from './records.js';

/** Where the connection is kept. */
export const CONNECTIONS = collectionOf('connections');

/** Ids that Wix gives to a site, the same at every start. */
const MERCHANT = '6f1d3c52-0000-4000-8000-0000000000e1';
const INSTANCE = '6f1d3c52-0000-4000-8000-0000000000e2';
const OWNER = '6f1d3c52-0000-4000-8000-0000000000e3';

/** The log is for everybody who looks over a shoulder. */
const CREDENTIALS = ['merchantCredentials', 'credentials'];

export class Provider {
  #connections;
  /**
   * What getConfig of each plugin says, and what is wrong with it.
   * @type {{ name: string, module: string, config: object | null, problems: string[] }[]}
   */
  plugins = [];

  /**
   * @param {object} parts
   * @param {import('../source.js').Source} parts.source
   * @param {import('../storage.js').Storage} parts.storage
   * @param {import('../calls.js').Calls} parts.calls
   * @param {string} parts.currency
   * @param {import('../log.js').Log} parts.log
   */
  constructor({ source, storage, calls, currency, log }) {
    Object.assign(this, { source, calls, currency, log });
    this.#connections = new Records(storage, 'connections');
  }

  /** Reads every plugin's configuration, as publishing the site would, and tells what publishing would not. */
  async read() {
    this.plugins = await Promise.all(findPlugins(this.source.names).map((files) => this.#configOf(files)));
    for (const { name, problems } of this.plugins) this.#complain(name, problems);
  }

  #complain(name, problems) {
    for (const problem of problems) this.log.write({ kind: 'plugin', level: 'error', text: `payment provider ${name}: ${problem}` });
  }

  async #configOf({ name, module, config: file, problems }) {
    try {
      const config = await this.#getConfig(file);
      const found = [...problems, ...configProblems(config)];
      return { name, module, config: found.length === 0 ? config : null, problems: found };
    } catch (error) {
      return { name, module, config: null, problems: [...problems, `getConfig failed: ${error.message}`] };
    }
  }

  /** A container that dies of its habits just then says nothing about the plugin. */
  async #getConfig(module, attempts = 5) {
    try {
      return await this.calls.run({ letter: 'p', module, name: 'getConfig', args: [] });
    } catch (error) {
      if (attempts === 1 || !(error instanceof ContainerGone)) throw error;
      return this.#getConfig(module, attempts - 1);
    }
  }

  /** Who would take the money now; null while nobody is connected. */
  connection() {
    const [connection] = this.#connections.all();
    const plugin = connection && this.plugins.find(({ name }) => name === connection._id);
    return plugin?.config ? { ...connection, plugin, title: plugin.config.paymentMethods[0].hostedPage.title } : null;
  }

  connected() {
    const connection = this.connection();
    if (!connection) throw new WixError('PAYMENT_METHODS_NOT_FOUND', 'no payment provider is connected');
    return connection;
  }

  /**
   * The owner fills in the fields of credentialsFields. The plugin's answer is kept; it may refuse with a reason.
   * @param {Record<string, string>} credentials
   * @param {string} [name] of the plugin, where there are several
   */
  async connect(credentials, name = this.plugins[0]?.name) {
    const plugin = this.plugins.find((each) => each.name === name);
    if (!plugin?.config) throw new TypeError(`there is no payment provider ${name} that could be connected`);
    const options = { credentials, country: 'TR', currency: this.currency, wixMerchantId: MERCHANT };
    const answer = await this.#call(plugin, 'connectAccount', options, this.#byOwner());
    const problems = accountProblems(answer);
    this.#complain(name, problems);
    if (problems.length > 0) throw new TypeError(problems.join('; '));
    if (answer.reasonCode !== undefined) {
      const { reasonCode, errorCode = reasonCode, errorMessage = 'the provider refused' } = answer;
      throw new WixError(String(errorCode), `${errorMessage} (${reasonCode})`, answer);
    }
    this.disconnect();
    const { accountId, accountName } = answer;
    return this.#connections.put({ _id: name, accountId, accountName, credentials: answer.credentials });
  }

  disconnect() {
    for (const { _id } of this.#connections.all()) this.#connections.remove(_id);
  }

  /** @param {(outcome: { value?: object, error?: Error }) => void} again hears what a repeated call answers */
  createTransaction(connection, transaction, again) {
    const { _id, description, returnUrls, paymentOrderId, remoteIp } = transaction;
    const options = {
      wixTransactionId: _id,
      // What Wix writes here for a hosted page is not documented.
      paymentMethod: 'hostedPage',
      merchantCredentials: connection.credentials,
      order: { _id: paymentOrderId, description, returnUrls },
      wixMerchantId: MERCHANT,
      fraudInformation: { remoteIp },
    };
    return this.#call(connection.plugin, 'createTransaction', options, this.#byVisitor(), again);
  }

  refundTransaction(connection, { _id, pluginTransactionId }, { wixRefundId, amount, reason }, again) {
    const options = {
      wixTransactionId: _id, wixRefundId, pluginTransactionId, merchantCredentials: connection.credentials,
      refundAmount: amount, reason,
    };
    return this.#call(connection.plugin, 'refundTransaction', options, this.#byOwner(), again);
  }

  #call(plugin, name, options, context, again) {
    return this.calls.make({ letter: 'p', module: plugin.module, name, args: [options, context], hide: CREDENTIALS }, again);
  }

  #byVisitor() {
    const id = '6f1d3c52-0000-4000-8000-000000000000';
    return this.#context({ identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: id });
  }

  #byOwner() {
    return this.#context({ identityType: 'WIX_USER', wixUserId: OWNER });
  }

  #context(identity) {
    return { requestId: randomUUID(), currency: this.currency, identity, languages: ['tr-TR'], instanceId: INSTANCE };
  }
}
