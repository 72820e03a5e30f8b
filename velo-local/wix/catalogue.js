// What velo-local's Wix store sells. On the platform this is Wix Stores; a site's own products have nothing to do with it.

/** The app that line items of Wix Stores come from. */
const WIX_STORES = '215238eb-22a5-4c36-9e7b-e7c08025e04e';

/** Prices are decimal text, in the site's currency. */
export const PRODUCTS = Object.freeze([
  product(1, 'kupa', '249.90', { tr: 'Seramik kupa', en: 'Ceramic mug' }),
  product(2, 'defter', '89.50', { tr: 'Çizgili defter', en: 'Lined notebook' }),
  product(3, 'canta', '175.00', { tr: 'Bez çanta', en: 'Cloth bag' }),
  product(4, 'poster', '1250.00', { tr: 'İmzalı poster', en: 'Signed poster' }),
]);

function product(number, slug, price, name) {
  return { _id: `6f1d3c52-0000-4000-8000-00000000c00${number}`, slug, price, name };
}

export const SHIPPING = '39.90';

export const productOf = (slug) => PRODUCTS.find((product) => product.slug === slug);

/** A product as an order's line item. */
export const lineItem = ({ _id, name, price }, quantity, language = 'tr') => ({
  catalogReference: { appId: WIX_STORES, catalogItemId: _id },
  productName: { original: name.tr, translated: name[language] },
  itemType: { preset: 'PHYSICAL' },
  price: { amount: price },
  quantity,
});
