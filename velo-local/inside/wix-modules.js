// What `import … from 'wix-…'` finds in backend code. Each is the module's documented face, as transpiled imports expect it.

import * as auth from './wix-auth.js';
import * as ecom from './wix-ecom-backend.js';
import * as data from './wix-data.js';
import * as fetching from './wix-fetch.js';
import * as httpFunctions from './wix-http-functions.js';
import * as pay from './wix-pay-backend.js';
import * as paymentProvider from './wix-payment-provider-backend.js';
import * as members from './wix-members-backend.js';
import * as secrets from './wix-secrets-backend.js';
import * as secretsV2 from './wix-secrets-backend.v2.js';
import * as site from './wix-site-backend.js';
import * as users from './wix-users-backend.js';
import * as webModule from './wix-web-module.js';

const face = (named, fallback = named) => Object.freeze({ __esModule: true, ...named, default: fallback });

const { ok, created, badRequest, forbidden, notFound, serverError, response } = httpFunctions;
const { Permissions, webMethod } = webModule;

export const wixModules = Object.freeze({
  'wix-auth': face({ elevate: auth.elevate }),
  'wix-data': face(data.wixData),
  'wix-ecom-backend': face({ orders: ecom.orders, orderTransactions: ecom.orderTransactions }),
  'wix-fetch': face({ fetch: fetching.fetch, getJSON: fetching.getJSON }),
  'wix-http-functions': face({ ok, created, badRequest, forbidden, notFound, serverError, response }),
  'wix-members-backend': face({ currentMember: members.currentMember }),
  'wix-pay-backend': face({ createPayment: pay.createPayment }),
  'wix-payment-provider-backend': face({ submitEvent: paymentProvider.submitEvent }),
  'interfaces-psp-v1-payment-service-provider': face(paymentProvider.interfaces),
  'wix-secrets-backend': face({ getSecret: secrets.getSecret }),
  'wix-secrets-backend.v2': face({ secrets: secretsV2.secrets }),
  'wix-site-backend': face({ generalInfo: site.generalInfo }),
  'wix-urls.v2': face({ site: site.site }),
  'wix-users-backend': face({ currentUser: users.currentUser }),
  'wix-web-module': face({ Permissions, webMethod }),
  // The SDK's twins, for sites that use them instead.
  '@wix/ecom': face({ orders: ecom.orders, orderTransactions: ecom.orderTransactions, orderBilling: ecom.orderBilling }),
  '@wix/urls': face({ site: site.site }),
  '@wix/essentials': face({ auth: Object.freeze({ elevate: auth.elevate }) }),
});
