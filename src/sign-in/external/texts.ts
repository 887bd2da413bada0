import type { Language } from '../../http/language.ts'
import type { Problem } from './flow.ts'

interface Texts {
  readonly or: string
  readonly signInWith: (issuer: string) => string
  readonly connect: (issuer: string) => string
  readonly connected: (issuer: string) => string
  readonly onward: (issuer: string) => string
  readonly failed: string
  readonly notConnected: string
  readonly back: string
  readonly home: string
  readonly again: string
  readonly problems: Readonly<Record<Problem, (issuer: string) => string>>
}

/** What is said about signing in at external issuers. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    or: 'or',
    signInWith: (issuer) => `Sign in with ${issuer}`,
    connect: (issuer) => `Connect ${issuer}`,
    connected: (issuer) => `You can sign in with ${issuer}.`,
    onward: (issuer) => `Continue to ${issuer}`,
    failed: 'You are not signed in',
    notConnected: 'Nothing was connected',
    back: 'Back to the sign-in page',
    home: 'Go to the start page',
    again: 'Sign in again',
    problems: {
      cancelled: (issuer) => `You cancelled it, or ${issuer} did not let you in.`,
      expired: () => 'This took too long, was begun in another browser, or is done already. Please start again.',
      unavailable: (issuer) => `${issuer} does not answer at the moment. Try again later, or another way.`,
      refused: (issuer) => `The answer of ${issuer} was not as it should be. Please try again.`,
      unknown: (issuer) =>
        `${issuer} knows you, but you have no account here yet. Ask for an invitation; once signed in, you can connect ${issuer} on the start page.`,
      taken: (issuer) => `This identity of ${issuer} belongs to another account here.`,
      another: (issuer) =>
        `Your account has another identity of ${issuer}. Disconnect it first, in the settings of your personal organization.`,
      stale: (issuer) =>
        `You signed in a while ago. Sign in once more, so that it is sure to be you, and then connect ${issuer}.`,
      changed: () => 'You signed out, or in as somebody else, before this was done. Please start again.',
    },
  },
  zh: {
    or: '或',
    signInWith: (issuer) => `使用 ${issuer} 登录`,
    connect: (issuer) => `关联 ${issuer}`,
    connected: (issuer) => `您可以使用 ${issuer} 登录。`,
    onward: (issuer) => `前往 ${issuer}`,
    failed: '未能登录',
    notConnected: '未能关联',
    back: '返回登录页面',
    home: '返回首页',
    again: '重新登录',
    problems: {
      cancelled: (issuer) => `您已取消，或 ${issuer} 未允许您登录。`,
      expired: () => '操作超时、在其他浏览器中开始，或已经完成。请重新开始。',
      unavailable: (issuer) => `${issuer} 暂时没有响应。请稍后重试，或使用其他方式登录。`,
      refused: (issuer) => `${issuer} 的响应不正确，请重试。`,
      unknown: (issuer) =>
        `${issuer} 已确认您的身份，但您在此还没有账户。请先获取邀请；登录后，您可以在首页关联 ${issuer}。`,
      taken: (issuer) => `此 ${issuer} 身份已属于这里的另一个账户。`,
      another: (issuer) => `您的账户已关联另一个 ${issuer} 身份。请先在个人组织的设置中取消关联。`,
      stale: (issuer) => `您登录已有一段时间。请重新登录以确认是您本人，然后再关联 ${issuer}。`,
      changed: () => '在完成之前，您已退出或以其他身份登录。请重新开始。',
    },
  },
}
