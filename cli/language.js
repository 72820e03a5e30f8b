// Turkish or English: what --lang says, else what the environment says.

export const LANGUAGES = ['tr', 'en'];

/** @param {string[]} args @param {Record<string, string | undefined>} env @returns {'tr' | 'en'} */
export function languageOf(args, env) {
  const place = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = place < 0 ? undefined : args[place].split('=')[1] ?? args[place + 1];
  if (LANGUAGES.includes(asked)) return asked;
  const set = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find(Boolean) ?? Intl.DateTimeFormat().resolvedOptions().locale;
  return /^tr\b|^tr_/i.test(set) ? 'tr' : 'en';
}
