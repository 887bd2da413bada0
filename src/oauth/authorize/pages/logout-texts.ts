import type { Language } from '../../../http/language.ts'

interface LogoutTexts {
  readonly ask: string
  readonly askFor: (app: string) => string
  readonly askMore: string
  readonly otherAccount: (app: string) => string
  readonly signOut: string
  readonly stay: string
  readonly done: string
  readonly doneMore: string
  readonly home: string
  readonly goesTo: string
  /** @param place a host, or the scheme of an app on the device. */
  readonly goOn: (place: string) => string
}

/** What the page says on which an app has its user sign out. */
export const logoutTexts: Readonly<Record<Language, LogoutTexts>> = {
  en: {
    ask: 'Sign out of Gatehouse?',
    askFor: (app) => `${app} asks to sign you out of Gatehouse`,
    askMore: 'Your session in this browser ends. What you allowed apps to do stays as it is.',
    otherAccount: (app) => `${app} knows you by another account than the one you are signed in with here.`,
    signOut: 'Sign out',
    stay: 'Stay signed in',
    done: 'You are signed out',
    doneMore: 'Nobody is signed in to Gatehouse in this browser. You can close this page.',
    home: 'Go to the start page',
    goesTo: 'Then goes to',
    goOn: (place) => `Go on to ${place}`,
  },
  zh: {
    ask: '要退出 Gatehouse 吗？',
    askFor: (app) => `${app} 请求让您退出 Gatehouse`,
    askMore: '您在此浏览器中的会话将结束。您授予各应用的权限保持不变。',
    otherAccount: (app) => `${app} 所认识的账户不是您在此登录的账户。`,
    signOut: '退出登录',
    stay: '保持登录',
    done: '您已退出登录',
    doneMore: '此浏览器中没有人登录 Gatehouse。您可以关闭此页面。',
    home: '返回首页',
    goesTo: '随后前往',
    goOn: (place) => `继续前往 ${place}`,
  },
}
