// A shop that is still CommonJS.
import velopos = require('velopos');

export const id: string = velopos.newOrderId();
export const pos: velopos.Pos = velopos.createPos({ gateway: 'isbank', merchant: { clientId: '1', storeKey: '2' } });
