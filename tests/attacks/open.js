// Forgeries that are believed and known, until the package is mended: the laboratory counts and prints them, and fails for every other one.
// An entry goes when its cure is in.

/** @type {{ name: string, is: (found: { gateway: string, reason: string, outcome: string, draft: any }) => boolean }[]} */
export const open = [];
