// The buyer's cart: what is in it travels in a cookie, what it costs is looked up when it is shown.

import { productOf } from '../wix/catalogue.js';

const MOST = 99;

/** @typedef {{ slug: string, quantity: number }[]} Cart */

const nameOf = (port) => `velo-local-cart-${port}`;

/** @returns {Cart} what of the cookie can be sold */
export function readCart(request, port) {
  const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const cookie = cookies.find((pair) => pair.startsWith(`${nameOf(port)}=`));
  return (cookie?.split('=')[1] ?? '').split('~').flatMap((entry) => {
    const [, slug, count] = /^(\w+)\.([1-9]\d?)$/.exec(entry) ?? [];
    return productOf(slug) ? [{ slug, quantity: Number(count) }] : [];
  });
}

/** @param {Cart} cart */
export const cartCookie = (cart, port) =>
  `${nameOf(port)}=${cart.map(({ slug, quantity }) => `${slug}.${quantity}`).join('~')}; Path=/; HttpOnly; SameSite=Lax`;

/** @param {Cart} cart @param {number} change 1 puts one more in, -1 takes one out @returns {Cart} */
export function changedCart(cart, slug, change) {
  if (!productOf(slug)) return cart;
  const before = cart.find((item) => item.slug === slug)?.quantity ?? 0;
  const quantity = Math.min(before + change, MOST);
  const others = cart.filter((item) => item.slug !== slug);
  return quantity > 0 ? [...others, { slug, quantity }] : others;
}
