// How large it is, and what each part costs.
import { describeSizes, measureSizes } from '../size.js';

export const title = 'Size';

/** Building without each gateway takes minutes, so it is done for the figures that are saved. */
export const measure = ({ save, quick }, progress) => measureSizes({ leaveOut: save, parts: !quick }, progress);
export const describe = describeSizes;
