import type { Issue, IssueCode } from '../api/problem.ts'
import type { Language, Texts } from '../i18n/language.ts'

/** What a form finds wrong with a field by itself. */
export interface Fault {
  readonly code: IssueCode
  readonly limit?: number
}

/** The same of a whole form, by the paths that the server names, too. */
export type Faults = Readonly<Record<string, Fault | undefined>>

type Say = (fault: { readonly limit: string; readonly value: string }) => string

const en: Record<IssueCode, Say> = {
  REQUIRED: () => 'Fill this in.',
  TOO_SHORT: ({ limit }) => `At least ${limit} characters.`,
  TOO_LONG: ({ limit }) => `At most ${limit} characters.`,
  TOO_FEW: ({ limit }) => (limit === '1' ? 'Choose at least one.' : `Choose at least ${limit}.`),
  TOO_MANY: ({ limit }) => `There may be at most ${limit}.`,
  OUT_OF_RANGE: ({ limit }) => `Must be a number from 1 to ${limit}.`,
  TOO_EARLY: () => 'Choose a later time.',
  BAD_CHARACTERS: () => 'It has characters that cannot be shown.',
  DUPLICATE: () => 'It is there already.',
  UNCHANGED: () => 'Must be another than now.',
  NOT_OFFERED: ({ value }) => (value ? `${value} cannot be chosen here any more.` : 'This cannot be chosen here.'),
  NOT_APPLICABLE: () => 'Apps of this type have none.',
  UNKNOWN_SCOPE: ({ value }) => `This server does not know ${value} any more. Take it away.`,
  WRONG_CONFIRMATION: () => 'This is not its name, or not any more.',
  NOT_AN_EMAIL_ADDRESS: () => 'Enter a whole e-mail address, such as ann@example.com',
  NOT_AN_HTTPS_URL: () => 'Must be an address that begins with https://',
  NOT_AN_ABSOLUTE_URI: () => 'Enter a whole address, such as https://app.example.com/callback',
  NOT_ESCAPED: () => 'Use plain characters only; escape others, as %20.',
  HAS_FRAGMENT: () => 'Leave out the # and what follows it.',
  HAS_WILDCARD: () => 'Wildcards are not possible: addresses are compared exactly.',
  HAS_USER_INFO: () => 'Leave out user name and password.',
  SCHEME_NOT_ALLOWED: () => 'Must be https, or http on localhost.',
  HTTPS_ON_LOOPBACK: () => 'On this computer itself, only http is possible.',
  SCHEME_WITHOUT_DOT: () =>
    'Must be https, http on localhost, or a scheme with a dot, such as com.example.app:/callback',
  NOT_A_PUBLIC_KEY: () => 'Paste a whole key: a JWK in braces, or PEM from -----BEGIN PUBLIC KEY----- on.',
  PRIVATE_KEY: () => 'This is a private key, and the server has seen it. Make another pair, and paste the public one.',
  UNSUPPORTED_KEY: () => 'Must be RSA of 2048 to 4096 bits, P-256 or Ed25519.',
  KEY_TOO_SHORT: ({ limit }) => `An RSA key must have at least ${limit} bits.`,
  KEY_TOO_LONG: ({ limit }) => `An RSA key may have at most ${limit} bits.`,
  WEAK_KEY: () => 'Others could sign with this key. Make another pair, and do not use this one anywhere.',
  KEY_FOR_OTHER_USE: () => 'The JWK says that it is for something else. Leave out its alg, use and key_ops.',
  WRONG_ID: () => 'This is not the id of anything that belongs here.',
  NOT_A_CURSOR: () => 'The list is not the same any more. Reload the page.',
  CONFLICTING_ARGUMENTS: () => 'This does not go with the rest of what was given.',
}

const zh: Record<IssueCode, Say> = {
  REQUIRED: () => '请填写此项。',
  TOO_SHORT: ({ limit }) => `至少 ${limit} 个字符。`,
  TOO_LONG: ({ limit }) => `最多 ${limit} 个字符。`,
  TOO_FEW: ({ limit }) => `请至少选择 ${limit} 项。`,
  TOO_MANY: ({ limit }) => `最多可有 ${limit} 项。`,
  OUT_OF_RANGE: ({ limit }) => `须为 1 到 ${limit} 之间的数字。`,
  TOO_EARLY: () => '请选择更晚的时间。',
  BAD_CHARACTERS: () => '包含无法显示的字符。',
  DUPLICATE: () => '此项已存在。',
  UNCHANGED: () => '不能与当前的相同。',
  NOT_OFFERED: ({ value }) => (value ? `此处已不能选择 ${value}。` : '此处不能选择此项。'),
  NOT_APPLICABLE: () => '此类型的应用没有此项。',
  UNKNOWN_SCOPE: ({ value }) => `此服务器已不再提供 ${value}，请取消选择。`,
  WRONG_CONFIRMATION: () => '名称不符，或已被更改。',
  NOT_AN_EMAIL_ADDRESS: () => '请输入完整的邮箱地址，例如 ann@example.com',
  NOT_AN_HTTPS_URL: () => '须为以 https:// 开头的地址',
  NOT_AN_ABSOLUTE_URI: () => '请输入完整地址，例如 https://app.example.com/callback',
  NOT_ESCAPED: () => '只能使用普通字符；其他字符请转义，例如 %20。',
  HAS_FRAGMENT: () => '请去掉 # 及其后的内容。',
  HAS_WILDCARD: () => '不支持通配符：地址须完全一致。',
  HAS_USER_INFO: () => '请去掉用户名和密码。',
  SCHEME_NOT_ALLOWED: () => '须为 https，或 localhost 上的 http。',
  HTTPS_ON_LOOPBACK: () => '指向本机的地址只能使用 http。',
  SCHEME_WITHOUT_DOT: () => '须为 https、localhost 上的 http，或带点的自有协议，例如 com.example.app:/callback',
  NOT_A_PUBLIC_KEY: () => '请粘贴完整的公钥：花括号中的 JWK，或从 -----BEGIN PUBLIC KEY----- 开始的 PEM。',
  PRIVATE_KEY: () => '这是私钥，且服务器已看到它。请另行生成密钥对，并粘贴公钥。',
  UNSUPPORTED_KEY: () => '须为 2048 位以上的 RSA、P-256 或 Ed25519。',
  KEY_TOO_SHORT: ({ limit }) => `RSA 密钥须至少 ${limit} 位。`,
  KEY_TOO_LONG: ({ limit }) => `RSA 密钥最多 ${limit} 位。`,
  WEAK_KEY: () => '他人可以用此密钥签名。请重新生成一对密钥，并停止使用此密钥。',
  KEY_FOR_OTHER_USE: () => '此 JWK 标明用于其他用途。请去掉 alg、use 和 key_ops。',
  WRONG_ID: () => '此 ID 不属于任何适用的对象。',
  NOT_A_CURSOR: () => '列表已发生变化，请重新加载页面。',
  CONFLICTING_ARGUMENTS: () => '此项与同时提供的其他内容不相容。',
}

export const issueTexts: Texts<Readonly<Record<string, Say>>> = { en, zh }

/** What is wrong with a field in the viewer's language; what the console does not know in the server's words. */
export function sayIssue(language: Language, issue: Fault | Issue): string {
  const { code, limit, value, message }: Partial<Issue> & Pick<Issue, 'code'> = issue
  const says = issueTexts[language][code]
  return says?.({ limit: limit?.toLocaleString(language) ?? '', value: value ?? '' }) ?? message ?? code
}
