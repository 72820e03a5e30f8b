// The constants of SHA-2 are the beginnings of the cube roots of the first primes, and that is how they are made here.

const primes = [];
for (let candidate = 2; primes.length < 80; candidate += 1) {
  if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
}

/** The integer cube root. */
function cubeRoot(number) {
  let [low, high] = [0n, 1n << 70n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** 3n <= number) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const fractions = primes.map((prime) => cubeRoot(BigInt(prime) << 192n) & ((1n << 64n) - 1n));

export const constants512 = fractions;
export const constants256 = fractions.slice(0, 64).map((fraction) => Number(fraction >> 32n));
