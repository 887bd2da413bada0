import type { Language } from '../http/language.ts'

interface Texts {
  readonly signIn: string
  readonly signInTo: string
  readonly email: string
  readonly password: string
  readonly signOut: string
  readonly signedInAs: (name: string) => string
  readonly signedOut: string
  readonly openConsole: string
  readonly openGraphiQL: string
  readonly about: string
  readonly notFound: string
  readonly notFoundMore: string
  readonly home: string
  readonly error: string
  readonly blank: string
  readonly wrong: string
  readonly tooMany: (minutes: number) => string
  readonly stale: string
}

/** What the sign-in and start pages say. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    signIn: 'Sign in',
    signInTo: 'Use your account on this server.',
    email: 'E-mail address',
    password: 'Password',
    signOut: 'Sign out',
    signedInAs: (name) => `You are signed in as ${name}.`,
    signedOut: 'You are signed out.',
    openConsole: 'Open the console',
    openGraphiQL: 'Open GraphiQL',
    about: 'OAuth application management',
    notFound: 'Page not found',
    notFoundMore: 'There is nothing at this address.',
    home: 'Go to the start page',
    error: 'Error',
    blank: 'Enter your e-mail address and your password.',
    wrong: 'The e-mail address or the password is wrong.',
    tooMany: (minutes) => `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    stale: 'This form was no longer valid. Please try again.',
  },
  zh: {
    signIn: '登录',
    signInTo: '使用您在此服务器上的账户。',
    email: '邮箱地址',
    password: '密码',
    signOut: '退出登录',
    signedInAs: (name) => `您已登录为 ${name}。`,
    signedOut: '您尚未登录。',
    openConsole: '打开控制台',
    openGraphiQL: '打开 GraphiQL',
    about: 'OAuth 应用管理',
    notFound: '页面不存在',
    notFoundMore: '此地址没有内容。',
    home: '返回首页',
    error: '错误',
    blank: '请输入邮箱地址和密码。',
    wrong: '邮箱地址或密码不正确。',
    tooMany: (minutes) => `尝试次数过多，请在 ${minutes} 分钟后重试。`,
    stale: '此表单已失效，请重试。',
  },
}
