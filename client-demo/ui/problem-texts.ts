import type { Problem } from '../api/problem.ts'
import type { Language, Texts } from '../i18n/language.ts'
import { sayIssue } from './issue-texts.ts'
import { sayAgo } from './times.ts'

type Say = (details: Problem['details'], message: string) => string

/** After how long one may try again; who has to wait for seconds looks at no clock. */
const sayIn = (language: Language, seconds: unknown): string =>
  sayAgo(language, new Date(Math.max(60, Number(seconds)) * 1000), 0)

const en: Record<string, Say> = {
  UNKNOWN: (_, name) =>
    `The server refused this for a reason that this console does not know (${name}). It may be newer: reload the page.`,
  NETWORK: () => 'The server cannot be reached. Check your connection, and try again.',
  INTERNAL: () =>
    'Something went wrong on the server. Try again; if it happens again, tell the operator of the server.',
  NOT_FOUND: () => 'This is not there any more, or not for you to see.',
  FORBIDDEN: () => 'Your role does not allow this.',
  UNAUTHENTICATED: () => 'You are signed out. Sign in again.',
  INVALID_INPUT: () => 'Something in the form is not right yet.',
  QUOTA_REACHED: ({ limit }) =>
    `The limit of ${limit} is reached. Remove something first, or ask the operator of the server.`,
  ALREADY_DECIDED: ({ decidedBy }) => `${decidedBy ?? 'Somebody'} was faster: it is decided already.`,
  REQUESTS_CHANGED: () => 'Something else is asked for since you looked. See what it is now, and decide again.',
  IMPACT_CHANGED: () => 'Things have changed since you looked. See what it would touch now, and confirm again.',
  APP_DISABLED: () => 'The app is disabled by its publisher, or not offered outside it.',
  NOT_INSTALLED: () => 'The app is not installed here.',
  ALREADY_INSTALLED: () => 'Everything that was asked for is approved already.',
  INSTALL_DENIED: () => 'An admin denied this, and the denial still stands.',
  WRONG_APP_TYPE: () => 'This is not for apps of this type.',
  EDITION_HAS_NO_INSTALLATIONS: () => 'A personal organization installs no apps.',
  EDITION_HAS_NO_MEMBERS: () => 'A personal organization has no members but its user.',
  LAST_SUPER_ADMIN: () => 'An organization needs at least one super admin. Give the role to somebody else first.',
  INVITATION_INVALID: () => 'The invitation is expired, used or taken back.',
  ALREADY_MEMBER: () => 'You are a member already.',
  INVALID_CREDENTIALS: () => 'The password is wrong.',
  TOO_MANY_ATTEMPTS: ({ retryAfterSeconds }) => `Too many attempts. Try again ${sayIn('en', retryAfterSeconds)}.`,
  NO_LOCAL_PASSWORD: () => 'Your account has no password here: you sign in elsewhere.',
  LAST_WAY_TO_SIGN_IN: () => 'You could not sign in any more without it.',
  SIGN_IN_TOO_OLD: () => 'You signed in a while ago. Sign in again, so that it is sure to be you.',
}

const zh: Record<string, Say> = {
  UNKNOWN: (_, name) => `服务器拒绝了此操作，原因是此控制台尚不了解的（${name}）。服务器可能已更新：请重新加载页面。`,
  NETWORK: () => '无法连接到服务器。请检查网络后重试。',
  INTERNAL: () => '服务器出现问题。请重试；如果问题持续存在，请联系服务器的管理人员。',
  NOT_FOUND: () => '该内容已不存在，或您无权查看。',
  FORBIDDEN: () => '您的角色不允许此操作。',
  UNAUTHENTICATED: () => '您已退出登录，请重新登录。',
  INVALID_INPUT: () => '表单中有内容需要更正。',
  QUOTA_REACHED: ({ limit }) => `已达到上限 ${limit}。请先移除一些内容，或联系服务器的管理人员。`,
  ALREADY_DECIDED: ({ decidedBy }) => `${decidedBy ?? '有人'}已先一步作出决定。`,
  REQUESTS_CHANGED: () => '您查看之后，请求的权限有变化。请查看现在请求的权限，并重新决定。',
  IMPACT_CHANGED: () => '您查看之后情况已发生变化。请查看现在的影响，并再次确认。',
  APP_DISABLED: () => '该应用已被其发布者停用，或不对外提供。',
  NOT_INSTALLED: () => '该应用未在此安装。',
  ALREADY_INSTALLED: () => '所请求的内容已全部获得批准。',
  INSTALL_DENIED: () => '管理员已拒绝此请求，且拒绝仍然有效。',
  WRONG_APP_TYPE: () => '此操作不适用于该类型的应用。',
  EDITION_HAS_NO_INSTALLATIONS: () => '个人组织不安装应用。',
  EDITION_HAS_NO_MEMBERS: () => '个人组织除其用户外没有其他成员。',
  LAST_SUPER_ADMIN: () => '组织至少需要一位超级管理员。请先将该角色授予其他人。',
  INVITATION_INVALID: () => '邀请已过期、已使用或已撤回。',
  ALREADY_MEMBER: () => '您已经是成员。',
  INVALID_CREDENTIALS: () => '密码不正确。',
  TOO_MANY_ATTEMPTS: ({ retryAfterSeconds }) => `尝试次数过多，请${sayIn('zh', retryAfterSeconds)}重试。`,
  NO_LOCAL_PASSWORD: () => '您的账户在此没有密码：您通过其他方式登录。',
  LAST_WAY_TO_SIGN_IN: () => '取消关联后您将无法再登录。',
  SIGN_IN_TOO_OLD: () => '您登录已有一段时间。请重新登录以确认是您本人。',
}

export const problemTexts: Texts<Record<string, Say>> = { en, zh }

/** A problem in the words of the viewer's language; one that the console does not know in those of the server. */
export function sayProblem(language: Language, { code, message, issues, details }: Problem): string {
  const said = Object.values(issues).map((issue) => sayIssue(language, issue))
  return said.length > 0 ? said.join(' ') : (problemTexts[language][code]?.(details, message) ?? message)
}
