import { checkPrime, createECDH, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** Why a public key is not taken: what it lacks, or what makes its signatures worth nothing. */
export interface KeyFault {
  readonly code: 'UNSUPPORTED_KEY' | 'KEY_TOO_SHORT' | 'KEY_TOO_LONG' | 'WEAK_KEY'
  readonly message: string
  /** In bits. */
  readonly limit?: number
}

/** Of RSA moduli, in bits. Longer ones cost more at each use than they are worth. */
const SHORTEST = 2048
const LONGEST = 4096

/**
 * What is wrong with the strength of a public key; undefined where nothing is. RSA is checked as NIST SP 800-89
 * section 5.3.3 asks for, with the exponents of FIPS 186-5 appendix A.1.1 up to 32 bits, and for what
 * generators got wrong in the field.
 */
export async function faultOf(key: KeyObject): Promise<KeyFault | undefined> {
  const jwk = key.export({ format: 'jwk' })
  if (key.asymmetricKeyType === 'rsa') return faultOfRsa(number(jwk.n), number(jwk.e))
  if (key.asymmetricKeyType === 'ed25519') return faultOfEd25519(Buffer.from(jwk.x ?? '', 'base64url'))
  // That P-256's points are points of the curve is checked when they are read.
  return knownPoints().has(jwk.x ?? '') ? weak('has a private key that everybody can guess') : undefined
}

let known: ReadonlySet<string> | undefined

/** The x, in base64url, of what the first private keys of P-256 have for public ones, and of their negatives: examples that were taken for keys. */
function knownPoints(): ReadonlySet<string> {
  known ??= new Set(
    Array.from({ length: 100 }, (_, index) => {
      const curve = createECDH('prime256v1')
      curve.setPrivateKey(Buffer.from([index + 1]))
      return curve.getPublicKey().subarray(1, 33).toString('base64url')
    }),
  )
  return known
}

async function faultOfRsa(n: bigint, e: bigint): Promise<KeyFault | undefined> {
  const bits = n.toString(2).length
  if (bits < SHORTEST) {
    return {
      code: 'KEY_TOO_SHORT',
      message: `is RSA of ${bits} bits: it must have ${SHORTEST} or more`,
      limit: SHORTEST,
    }
  }
  if (bits > LONGEST) {
    return { code: 'KEY_TOO_LONG', message: `is RSA of ${bits} bits: it must have ${LONGEST} or fewer`, limit: LONGEST }
  }
  if (e % 2n === 0n) return weak('has an even public exponent')
  if (e < 65_537n) return weak(`has the public exponent ${e}: it must be 65537 or more`)
  if (e >= 2n ** 32n) return weak('has a public exponent of more than 32 bits')
  if (n % 2n === 0n) return weak('has an even modulus')
  if (smallPrimes.some((prime) => n % prime === 0n)) return weak('has a modulus with a small factor')
  if (isRoca(n)) return weak('was made by a chip or library whose keys can be factored (CVE-2017-15361)')
  if (hasCloseFactors(n)) return weak('has a modulus whose factors are too close to each other')
  if (isPower(n)) return weak('has a modulus that is a power of one prime')
  if (await isPrime(n)) return weak('has a modulus that is a prime')
  return undefined
}

/**
 * Off the main thread, because a prime takes seconds to be known as one. One after the other, because Node's few
 * threads also hash passwords and check signatures, which are not to wait for all that somebody sends.
 */
function isPrime(n: bigint): Promise<boolean> {
  const check = () => promisify<bigint, boolean>(checkPrime)(n)
  const answer = lastPrime.then(check, check)
  lastPrime = answer
  return answer
}

/** Settles when no modulus is being checked any more. */
let lastPrime: Promise<unknown> = Promise.resolve()

const weak = (what: string): KeyFault => ({ code: 'WEAK_KEY', message: `${what}, so others could sign with it` })

const number = (base64url = ''): bigint => BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex') || '0'}`)

/** Up to 752, the odd ones: no factor may be among them (SP 800-89). */
const smallPrimes = Array.from({ length: 375 }, (_, index) => 2 * index + 3)
  .filter((candidate) => [3, 5, 7, 11, 13, 17, 19, 23].every((prime) => candidate === prime || candidate % prime !== 0))
  .map(BigInt)

/**
 * Whether the modulus has the fingerprint of the keys of Infineon's RSALib: modulo each small prime, their factors
 * are powers of 65537. Of other moduli fewer than one in a hundred million has it.
 */
const isRoca = (n: bigint): boolean => rocaResidues.every(([prime, residues]) => residues.has(n % prime))

const rocaResidues = smallPrimes
  .filter((prime) => prime <= 167n)
  .map((prime): [bigint, Set<bigint>] => {
    const residues = new Set<bigint>()
    for (let power = 1n; !residues.has(power); power = (power * 65_537n) % prime) residues.add(power)
    return [prime, residues]
  })

/** Fermat's way to factor, as many steps of it as certificate authorities have to try (CVE-2022-26320). */
function hasCloseFactors(n: bigint): boolean {
  const floor = root(n, 2n)
  if (floor * floor === n) return true
  for (let a = floor + 1n; a <= floor + 100n; a++) {
    const rest = a * a - n
    // Squares end so in base 16: this spares most of the roots.
    if (![0n, 1n, 4n, 9n].includes(rest & 15n)) continue
    const b = root(rest, 2n)
    if (b * b === rest) return true
  }
  return false
}

/** Whether it is a third or higher power. Its base would have no small factor, which bounds the exponent. */
function isPower(n: bigint): boolean {
  const highest = BigInt(Math.floor(n.toString(2).length / 9))
  return smallPrimes.filter((k) => k <= highest).some((k) => root(n, k) ** k === n)
}

/** The whole part of the k-th root, by Newton's method. */
function root(n: bigint, k: bigint): bigint {
  if (n === 0n) return 0n
  let x = 1n << (BigInt(n.toString(2).length - 1) / k + 1n)
  for (;;) {
    const next = ((k - 1n) * x + n / x ** (k - 1n)) / k
    if (next >= x) return x
    x = next
  }
}

const P = 2n ** 255n - 19n
/** The d of Ed25519's curve, −121665/121666 modulo P (RFC 8032 section 5.1). */
const D = 37_095_705_934_669_439_343_138_083_508_754_565_189_542_113_879_843_219_016_388_785_533_085_940_283_555n
/** Of the points of order 8: it and its negative. */
const Y8 = 2_707_385_501_144_840_649_318_225_287_225_658_788_936_804_267_575_313_519_463_743_609_750_303_402_022n
/** The y of the base point, 4/5 modulo P. */
const BASE_Y = 46_316_835_694_926_478_169_428_394_003_475_163_141_307_993_866_256_225_615_783_033_603_165_251_855_960n
const smallOrder = [0n, 1n, P - 1n, Y8, P - Y8]

/**
 * A point of small order accepts signatures of any message. RFC 8032 section 5.1.3 reads no y of P or more, and none
 * that no point of the curve has: OpenSSL takes those, and then accepts no signature by them.
 */
function faultOfEd25519(bytes: Buffer): KeyFault | undefined {
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  if (smallOrder.includes(y % P)) return weak('is a point of small order')
  if (y % P === BASE_Y) return weak('is the point with which the curve begins')
  if (y >= P || !isOnCurve(y)) return { code: 'UNSUPPORTED_KEY', message: 'is not the encoding of a point of Ed25519' }
  return undefined
}

/** Whether (y² − 1) / (dy² + 1), which would be x², is a square: by Euler's criterion, of which the product tells as much. */
function isOnCurve(y: bigint): boolean {
  const square = (y * y) % P
  return power((square - 1n) * (D * square + 1n), (P - 1n) / 2n) === 1n
}

/** Modulo P. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base % P, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % P) {
    if (rest & 1n) result = (result * square) % P
  }
  return result
}
