// The platform's modules that site code finds here. The faces themselves are in inside/wix-modules.js (backend) and browser/ (pages).

export const BACKEND_MODULES = Object.freeze([
  'wix-auth', 'wix-data', 'wix-ecom-backend', 'wix-fetch', 'wix-http-functions', 'wix-members-backend', 'wix-pay-backend',
  'wix-payment-provider-backend', 'interfaces-psp-v1-payment-service-provider', 'wix-secrets-backend', 'wix-secrets-backend.v2',
  'wix-site-backend', 'wix-urls.v2', 'wix-users-backend', 'wix-web-module', '@wix/ecom', '@wix/urls', '@wix/essentials',
]);

/** Whether a name belongs to the platform, simulated or not. */
export const isPlatform = (specifier) => /^(wix-|@wix\/|interfaces-)/.test(specifier);
