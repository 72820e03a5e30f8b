// The older form: a secret's text by name, readable by any backend code.

import { ask } from './host.js';

export const getSecret = (name) => ask('secret', { name });
