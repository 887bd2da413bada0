import type { Role } from '../database/generated/client/enums.ts'
import type { Language } from '../http/language.ts'

interface Texts {
  readonly join: (organization: string) => string
  readonly invites: (inviter: string | null, role: Role, email: string) => string
  readonly accept: string
  readonly signedInAs: (name: string) => string
  readonly otherAccount: (name: string, email: string) => string
  readonly signOut: string
  readonly haveAccount: string
  readonly name: string
  readonly password: string
  readonly passwordRule: string
  readonly createAccount: string
  readonly error: string
  readonly invalid: string
  readonly invalidMore: string
  readonly emailTaken: string
  readonly alreadyMember: string
  readonly badName: string
  readonly badPassword: string
  readonly stale: string
  readonly home: string
}

const roles: Readonly<Record<Language, Readonly<Record<Role, string>>>> = {
  en: { MEMBER: 'a member', ADMIN: 'an admin', SUPER_ADMIN: 'a super admin' },
  zh: { MEMBER: '成员', ADMIN: '管理员', SUPER_ADMIN: '超级管理员' },
}

/** What the pages of invitations say. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    join: (organization) => `Join ${organization}`,
    invites: (inviter, role, email) => `${inviter ?? 'An admin'} invites ${email} to be ${roles.en[role]}.`,
    accept: 'Accept',
    signedInAs: (name) => `You are signed in as ${name}.`,
    otherAccount: (name, email) =>
      `You are signed in as ${name}, and this invitation is for ${email}. Sign out, then open the link again.`,
    signOut: 'Sign out',
    haveAccount: 'I have an account: sign in',
    name: 'Your name',
    password: 'Password',
    passwordRule: 'At least 10 characters.',
    createAccount: 'Create an account and join',
    error: 'Error',
    invalid: 'This invitation is not valid any more',
    invalidMore: 'It has expired, was used, or was replaced by a newer one. Ask for a new one.',
    emailTaken: 'There is an account with this e-mail address. Sign in with it.',
    alreadyMember: 'You are a member of this organization already.',
    badName: 'Enter your name: 1 to 100 characters.',
    badPassword: 'Choose a password of 10 to 200 characters.',
    stale: 'This form was no longer valid. Please try again.',
    home: 'Go to the start page',
  },
  zh: {
    join: (organization) => `加入 ${organization}`,
    invites: (inviter, role, email) => `${inviter ?? '管理员'}邀请 ${email} 成为${roles.zh[role]}。`,
    accept: '接受',
    signedInAs: (name) => `您已登录为 ${name}。`,
    otherAccount: (name, email) => `您已登录为 ${name}，而此邀请发给 ${email}。请先退出登录，再重新打开链接。`,
    signOut: '退出登录',
    haveAccount: '我已有账户：登录',
    name: '您的姓名',
    password: '密码',
    passwordRule: '至少 10 个字符。',
    createAccount: '创建账户并加入',
    error: '错误',
    invalid: '此邀请已失效',
    invalidMore: '它已过期、已被使用，或已被新的邀请取代。请索取新的邀请。',
    emailTaken: '此邮箱地址已有账户，请登录。',
    alreadyMember: '您已经是该组织的成员。',
    badName: '请输入您的姓名：1 到 100 个字符。',
    badPassword: '请设置 10 到 200 个字符的密码。',
    stale: '此表单已失效，请重试。',
    home: '返回首页',
  },
}
