// Does not compile, on purpose: proves that the other programs are really checked.
import velopos = require('velopos');

export const id: number = velopos.newOrderId();
