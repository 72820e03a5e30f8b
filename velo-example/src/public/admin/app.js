// What every view of the admin page is given.

/**
 * @typedef {import('./texts.js').Words} Words
 * @typedef {'overview' | 'payments' | 'story' | 'reconciliation' | 'importing'} ViewName
 * @typedef {{ account: string, gateway: string, mode: 'production' | 'test', name: string }} ShownAccount
 * @typedef {object} App
 * @property {Words} words
 * @property {'tr' | 'en'} language
 * @property {(method: string, ...args: unknown[]) => Promise<any>} ask   calls the backend; an answer with `problem` is the caller's to show
 * @property {(view: ViewName, with_?: any) => void} go
 * @property {(text: string) => void} say   read out by a screen reader, and shown for a while
 * @property {(dialog: HTMLElement) => HTMLDialogElement} open   shows it above the page until it is closed
 * @property {{ name: string, mode: 'production' | 'test', gateway: string }[]} accounts
 */

/** What a virtual POS is called: its bank, and the owner's own name for it where that says more. @param {App} app @param {string} name */
export function accountName({ accounts, words }, name) {
  const gateway = accounts.find((account) => account.name === name)?.gateway ?? '';
  const bank = words.methods[gateway] ?? gateway;
  return bank === '' || name === gateway ? bank || name : `${bank} (${name})`;
}

/** In words, why the backend did not do something. @param {App} app @param {{ problem: string, field?: string }} answer */
export function problemText({ words }, { problem, field = '' }) {
  const known = words.problems[/** @type {keyof typeof words.problems} */ (problem)] ?? words.problems.other;
  return known.replace('{field}', field).replace('{code}', problem);
}
