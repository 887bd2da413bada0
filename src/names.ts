import { legible } from './text.ts'

// How names can deceive those who read them (UTS #39): pure rules, which the server and the console share.

const inCommonUse =
  'Arabic Armenian Bengali Bopomofo Cherokee Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan'.split(
    ' ',
  )

/** Scripts that one language writes side by side. */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
]

const only = (scripts: readonly string[]): RegExp =>
  new RegExp(`^[${['Common', 'Inherited', ...scripts].map((script) => `\\p{scx=${script}}`).join('')}]*$`, 'u')

const single = [only([]), ...[...inCommonUse.map((script) => [script]), ...together].map(only)]
const anyOfThem = new RegExp(`[${inCommonUse.map((script) => `\\p{sc=${script}}`).join('')}]`, 'u')

/**
 * Whether a name mixes writing systems as no language does, such as Latin and Cyrillic: more than the level
 * "highly restrictive" of UTS #39 section 5.2 allows.
 */
export function mixesScripts(name: string): boolean {
  return anyOfThem.test(name) && !single.some((allowed) => allowed.test(name))
}

/** Letters of other scripts, and what they look like. Capitals come first: `Н` looks like H, `н` does not. */
const lookalikes = new Map(
  pairs(
    // Cyrillic, Greek, Cherokee and Armenian capitals.
    'АВЕЅІЈКМНОРСТУХҮԌԜԚ ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᏔᏃ ՍՕԼՏ',
    'ABESIJKMHOPCTYXYGWQ ABEZHIKMNOPTYX ABCDEGHJKLMPRSTVWZ UOLS',
  ).concat(
    // The small letters of the same; small capitals and others of Latin.
    pairs(
      'авезкмнорсгтухүіјѕһԁԛԝӏьҽ αβεικνορτυχγωησ օոսհցզյ ıɑɡᴀᴄᴇᴋᴍᴏᴘᴛᴜᴠᴡᴢɩƖ',
      'abe3kmhopcrtyxyijshdqwlbe abeikvoptuxywno onuhgqj iagacekmoptuvwzll',
    ),
  ),
)

function pairs(from: string, to: string): [string, string][] {
  const targets = [...to]
  return [...from].map((letter, index) => [letter, targets[index] ?? letter])
}

/**
 * What a name looks like at a glance. Two names with one skeleton are easily taken for each other; that is not to
 * say that they are meant to be. It covers the lookalikes that attacks are made of, not all 6,000 of UTS #39.
 */
export const skeleton = (name: string): string =>
  legible(name)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/./gu, (letter) => lookalikes.get(letter) ?? letter)
    // In a word that has begun, `I` and `1` can only be seen as `l`, and a zero as `o`.
    .replace(/(?<=\p{Ll})[I1|]|[1|](?=\p{Ll})/gu, 'l')
    .replace(/(?<=\p{L})0|0(?=\p{L})/gu, 'o')
    .toLowerCase()
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[^\p{L}\p{N}\p{S}]/gu, '')
