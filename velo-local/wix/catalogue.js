// What velo-local's Wix store sells. On the platform this is Wix Stores; a site's own products have nothing to do with it.

/** The app that line items of Wix Stores come from. */
const WIX_STORES = '215238eb-22a5-4c36-9e7b-e7c08025e04e';

/** Prices are decimal text, in the site's currency. */
export const PRODUCTS = Object.freeze([
  { _id: '6f1d3c52-0000-4000-8000-00000000c001', slug: 'kupa', price: '249.90', name: { tr: 'Seramik kupa', en: 'Ceramic mug' } },
  { _id: '6f1d3c52-0000-4000-8000-00000000c002', slug: 'defter', price: '89.50', name: { tr: 'Çizgili defter', en: 'Lined notebook' } },
  { _id: '6f1d3c52-0000-4000-8000-00000000c003', slug: 'canta', price: '175.00', name: { tr: 'Bez çanta', en: 'Cloth bag' } },
  { _id: '6f1d3c52-0000-4000-8000-00000000c004', slug: 'poster', price: '1250.00', name: { tr: 'İmzalı poster', en: 'Signed poster' } },
]);

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
