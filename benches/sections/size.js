// How large it is, and what each part costs.
import { describeSizes, measureSizes } from '../size.js';

export const title = 'Size';

/** Building without each gateway takes minutes, so it is done for the figures that are saved. */
export const measure = ({ save }, progress) => measureSizes({ leaveOut: save }, progress);
export const describe = describeSizes;
