// The package, imported in this one place. A bank that `velopos` does not carry (Akbank, QNB, Denizbank …) is in the larger edition: write
// 'velopos/all' below, and change nothing else. `npx velopos new` writes the right one.

export { PosError, createPos, newOrderId, paymentPage } from 'velopos';
