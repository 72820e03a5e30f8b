// The current form: an object, and only for a caller who may manage secrets or has been elevated.

import { ask, scene } from './host.js';
import { elevatable } from './wix-auth.js';

const value = async (name) => ({ value: await ask('secret', { name }) });

async function getSecretValue(name) {
  if (scene.getStore()?.visitor?.role === 'admin') return value(name);
  const description = 'getSecretValue needs elevated permissions: call elevate(secrets.getSecretValue)';
  const applicationError = { code: 'PERMISSION_DENIED', description, data: {} };
  throw Object.assign(new Error(description), { details: { applicationError } });
}

export const secrets = Object.freeze({ getSecretValue: elevatable(getSecretValue, value) });
