// What the shop sells, and the only place a price comes from. Prices are decimal text with the currency's decimals,
// never a JavaScript number: '149.90', not 149.9. Replace the list with a query of your own products when you have them;
// what must stay is that the price is found here, on the server, by an id.

/** @typedef {{ tr: string, en: string }} Words */
/** `reserve`: the money is only reserved, and taken when the goods are sent.
 * @typedef {{ id: string, name: Words, description: Words, price: string, currency: 'TRY', picture: string, reserve?: boolean }} Product */

/** @type {readonly Product[]} */
const products = [
  {
    id: 'kahve',
    name: { tr: 'Türk kahvesi, 250 g', en: 'Turkish coffee, 250 g' },
    description: { tr: 'Taze kavrulmuş, incecik çekilmiş.', en: 'Freshly roasted, very finely ground.' },
    price: '149.90',
    currency: 'TRY',
    picture: 'coffee',
  },
  {
    id: 'cezve',
    name: { tr: 'Bakır cezve', en: 'Copper cezve' },
    description: { tr: 'El dövmesi, iki fincanlık.', en: 'Hand-hammered, for two cups.' },
    price: '679.00',
    currency: 'TRY',
    picture: 'cezve',
  },
  {
    id: 'fincan',
    name: { tr: 'Fincan takımı', en: 'Coffee cup set' },
    description: { tr: 'Altı fincan, altı tabak, porselen.', en: 'Six cups and six saucers, porcelain.' },
    price: '1249.50',
    currency: 'TRY',
    picture: 'cups',
  },
  {
    id: 'degirmen',
    name: { tr: 'Pirinç el değirmeni', en: 'Brass hand mill' },
    description: { tr: 'Siparişiniz üzerine yapılır, iki haftada gönderilir.', en: 'Made to order, sent within two weeks.' },
    price: '2150.00',
    currency: 'TRY',
    picture: 'mill',
    reserve: true,
  },
];

export function allProducts() {
  return products;
}

/** @param {unknown} id @returns {Product | undefined} */
export function findProduct(id) {
  return products.find((product) => product.id === id);
}
