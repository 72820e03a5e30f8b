// The test cards, and what happens to each. One table for all systems: the same card has the same fate everywhere.

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string} tr what the customer meets, in Turkish
 * @property {string} en
 * @property {string} pan
 * @property {string[]} aliases public test cards with the same fate
 * @property {string} mdStatus result of 3-D Secure
 * @property {string} code the bank's answer ('00' approved)
 * @property {boolean} slow the bank answers late
 * @property {boolean} silent the bank takes the money and nobody tells the shop
 * @property {boolean} review approved, but held for a fraud review (iyzico)
 */

const outcome = (name, pan, tr, en, rest = {}) =>
  ({ name, pan, tr, en, aliases: [], mdStatus: '1', code: '00', slow: false, silent: false, review: false, ...rest });

/** @type {Outcome[]} */
export const CARDS = [
  outcome('success', '4000000000000002', 'Ödeme başarılı', 'Payment succeeds', {
    aliases: [
      '4508034508034509', '5406675406675403', '4355084355084358', '9792030394440796', '5528790000000008', '5400000000000005',
      '4282209004348015', '5549600732695519', '4355084000000001', '5521010140829928', '5406670000000009', '5218076007402834',
      '4355093000315232', '4159560047417732', '4546711234567894', '5127541122223332', '4183441122223339', '9792061122223337',
      '4155650100416111', '4090700090840057', '4090700101174272',
    ],
  }),
  outcome('insufficient-funds', '4000000000510000', 'Bakiye yetersiz (51)',
    'Insufficient funds (51)', {
    code: '51', aliases: ['4111111111111129'],
  }),
  outcome('expired', '4000000000540007', 'Kartın süresi dolmuş (54)', 'Card expired (54)', {
    code: '54', aliases: ['4125111111111115'],
  }),
  outcome('refused', '4000000000050007', 'Banka onay vermedi (05)', 'Do not honour (05)', {
    code: '05', aliases: ['4129111111111111'],
  }),
  outcome('bank-error', '4000000000990004', 'Bankada hata (99)', 'Error at the bank (99)', {
    code: '99', aliases: ['4130111111111118'],
  }),
  outcome('3ds-failed', '4000000003000009', '3D doğrulama başarısız (mdStatus 0)',
    '3-D Secure fails (mdStatus 0)', {
    mdStatus: '0', aliases: ['4131111111111117'],
  }),
  outcome('3ds-attempt', '4000000003040005', '3D denendi, ödeme onaylı (mdStatus 4)',
    '3-D Secure attempted, approved (mdStatus 4)', {
    mdStatus: '4', aliases: ['4141111111111115'],
  }),
  outcome('3ds-not-enrolled', '4000000003020007', 'Kart 3D’ye kayıtlı değil, ödeme onaylı (mdStatus 2)',
    'Card not enrolled, approved (mdStatus 2)', {
    mdStatus: '2',
  }),
  outcome('approved-without-3ds', '4000000003050004', '3D yapılamadı ama para çekildi (mdStatus 5)',
    '3-D Secure not possible, yet approved (mdStatus 5)', {
    mdStatus: '5',
  }),
  outcome('slow', '4000000000880007', 'Banka geç yanıt verir, sonra onaylar',
    'The bank answers late, then approves', {
    slow: true,
  }),
  outcome('silent', '4000000000770000', 'Para çekilir, mağazaya haber verilmez',
    'Money is taken, the shop is never told', {
    silent: true,
  }),
  outcome('review', '4000000000660003', 'Onaylı, iyzico’da incelemede', 'Approved, under review at iyzico', { review: true }),
];

/** What goes into the other inputs of a test card. Any expiry and any code are accepted. */
export const EXPIRY = { month: '12', year: '30' };
export const CV2 = '000';

/** The bank's answers: its own words, and the names the two payment institutions give them. */
export const ANSWERS = {
  '00': { message: '' },
  '05': { message: 'Red-Onaylanmadı', error: 'ISO8583-05', iyzico: ['10005', 'DO_NOT_HONOUR', 'İşlem onaylanmadı'] },
  51: {
    message: 'Yetersiz bakiye', error: 'ISO8583-51',
    iyzico: ['10051', 'NOT_SUFFICIENT_FUNDS', 'Kart limiti yetersiz, yetersiz bakiye'],
  },
  54: { message: 'Vadesi dolmuş kart', error: 'ISO8583-54', iyzico: ['10054', 'EXPIRED_CARD', 'Vadesi dolmuş kart'] },
  99: {
    message: 'Banka ile iletişim hatası', error: 'ISO8583-96',
    iyzico: ['10219', 'UNKNOWN', 'Ödeme işlemi esnasında genel bir hata oluştu'],
  },
};

/** @param {string} pan digits @returns {Outcome | undefined} */
export function cardByNumber(pan) {
  return CARDS.find((card) => card.pan === pan || card.aliases.includes(pan));
}

/** @param {string} name @returns {Outcome} */
export function cardByName(name) {
  const card = CARDS.find((each) => each.name === name);
  if (!card) throw new Error(`there is no test card \`${name}\``);
  return card;
}

/** '4000 00** **** 0002', as the banks write it back. */
export const maskWide = (pan) => `${pan.slice(0, 4)} ${pan.slice(4, 6)}** **** ${pan.slice(-4)}`;
export const maskNarrow = (pan) => `${pan.slice(0, 6)}***${pan.slice(-4)}`;

export const brandOf = (pan) => ({ 4: 'VISA', 5: 'MASTERCARD', 9: 'TROY' })[pan[0]] ?? 'VISA';
