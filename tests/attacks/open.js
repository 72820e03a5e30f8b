// Forgeries that are believed and known, until the package is mended: the laboratory counts and prints them, and fails for every other one.
// An entry goes when its cure is in.

/** @type {{ name: string, is: (found: { gateway: string, reason: string, outcome: string, draft: any }) => boolean }[]} */
export const open = [
  {
    // Only from a copy of the order from before its money was asked for, and without the claim that lets it be asked for once.
    name: 'PosNet V1: an order that one authentication has paid is asked for again with another, which the bank refuses, and that one is told',
    is: ({ gateway, reason, outcome }) => gateway === 'posnetv1' && reason.startsWith('the card\'s bank is said to be liable') && outcome.endsWith('after asking for money'),
  },
];
