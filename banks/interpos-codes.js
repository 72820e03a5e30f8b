// What InterPos says when it says no. Public are 81 with its words and its inner number, that E31 and E39 are invalid transactions,
// and that an inquiry which finds nothing says 05. The other words are this simulation's own.

/** code → [words, the bank's inner number] */
const TEXTS = {
  '00': ['', ''],
  '05': ['Onaylanmadi', 'B050001'],
  51: ['Limit Yetersiz', 'B510001'],
  54: ['Vadesi Dolmus Kart', 'B540001'],
  81: ['Terminal Aktif Degil', 'B810002'],
  99: ['Sistem Hatasi', 'B990001'],
  E31: ['Siparis numarasi daha once kullanilmis', 'E310001'],
  E39: ['Gecersiz islem', 'E390001'],
};

/** @typedef {{ code: string, message: string, error: string }} Verdict */

/** @param {string} code @param {string} [message] where this refusal has words of its own @returns {Verdict} */
export function verdict(code, message) {
  if (!Object.hasOwn(TEXTS, code)) throw new Error(`no words for ${code}`);
  const [words, error] = TEXTS[code];
  return { code, message: message ?? words, error };
}
