// The site's secrets, and the promise that nothing here can move real money: a configuration of a virtual POS that is not in
// test mode is refused before anything starts.

/** @param {Record<string, string>} secrets text by name */
export function checkSecrets(secrets) {
  for (const [name, text] of Object.entries(secrets)) {
    if (typeof text !== 'string') throw new TypeError(`secret ${name}: a secret is text`);
    for (const [path, config] of configurations(name, parsed(text))) {
      if (config.mode === 'test') continue;
      const mode = config.mode === undefined ? 'no mode, which means production' : `mode ${JSON.stringify(config.mode)}`;
      throw new Error(`velo-local runs test configurations only, and secret \`${path}\` has ${mode}. Nothing was started.`);
    }
  }
}

export function getSecret(secrets, name) {
  if (typeof name === 'string' && Object.hasOwn(secrets, name)) return secrets[name];
  throw new Error(`the secret ${JSON.stringify(name)} does not exist`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whatever looks like a configuration, at any depth: it names a gateway or holds a merchant. */
function* configurations(path, value) {
  if (value === null || typeof value !== 'object') return;
  if ('gateway' in value || 'merchant' in value) yield [path, value];
  for (const [key, each] of Object.entries(value)) if (key !== 'merchant') yield* configurations(`${path}.${key}`, each);
}
