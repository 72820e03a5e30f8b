// wix-storage-frontend: text kept in the visitor's browser.

const over = (storage) => ({
  getItem: (key) => storage.getItem(key),
  setItem: (key, value) => storage.setItem(key, String(value)),
  removeItem: (key) => storage.removeItem(key),
  clear: () => storage.clear(),
});

const kept = new Map();

export const local = over(window.localStorage);
export const session = over(window.sessionStorage);
export const memory = over({
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
  clear: () => kept.clear(),
});

export default { local, session, memory };
