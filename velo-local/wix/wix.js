// What Wix does for a site besides running its code: orders, payments through the site's provider, its checkout, events. The parts
// that know each other are put together here.

import { Calls } from '../calls.js';
import { Checkout } from './checkout.js';
import { Events } from './events.js';
import { Orders } from './orders.js';
import { Pay } from './pay.js';
import { Payments } from './payments.js';
import { Provider } from './provider.js';
import { WixServices } from './services.js';
import { siteApis } from './site-info.js';

const CURRENCY = 'TRY';

export class Wix {
  /**
   * @param {object} parts
   * @param {import('../source.js').Source} parts.source
   * @param {import('../storage.js').Storage} parts.storage
   * @param {import('../containers.js').Containers} parts.containers
   * @param {import('../habits.js').Habits} parts.habits
   * @param {object} parts.limits
   * @param {import('../log.js').Log} parts.log
   * @param {() => string} parts.url
   * @param {string} parts.siteName
   */
  constructor({ source, storage, containers, habits, limits, log, url, siteName }) {
    const currency = CURRENCY;
    const now = () => new Date(Date.now() + habits.get().clockAheadMs);
    const calls = new Calls({ containers, habits, limits, log });
    const events = new Events({ source, calls, habits, log });
    const ends = ['success', 'error', 'cancel', 'pending'];
    const returnUrls = (id) => Object.fromEntries(ends.map((end) => [`${end}Url`, `${url()}/_store/return/${end}/${id}`]));
    this.orders = new Orders({ storage, now, currency, log });
    this.provider = new Provider({ source, storage, calls, currency, log });
    this.payments = new Payments({ provider: this.provider, storage, now, log });
    this.checkout = new Checkout({ orders: this.orders, payments: this.payments, currency, returnUrls });
    this.pay = new Pay({ payments: this.payments, provider: this.provider, events, storage, currency, returnUrls });
    const apis = { ...this.orders.apis, ...this.payments.apis, ...this.pay.apis, ...siteApis({ url, siteName, currency }) };
    this.services = new WixServices({ apis, habits });
  }
}
