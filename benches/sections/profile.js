// Where the time of the largest row goes.
import { join } from 'node:path';
import { failure, root, run } from '../../scripts/command.js';

export const title = 'Profile of the NestPay callback: where the time goes';

export async function measure() {
  const { code, output } = await run(process.execPath, [join(root, 'benches', 'profile.js'), 'nestpay-callback']);
  if (code !== 0) throw failure('the profile could not be taken', output, 'see what it says above.');
  return output.trim();
}

export const describe = (text) => text;
