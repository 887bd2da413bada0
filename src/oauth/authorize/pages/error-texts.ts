import type { Language } from '../../../http/language.ts'

const codes = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'invalid_redirect_uri',
  'access_denied',
  'already_answered',
  'session_not_found',
  'expired',
  'other_session',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
] as const
type KnownError = (typeof codes)[number]

export const isKnownError = (code: string): code is KnownError => (codes as readonly string[]).includes(code)

interface Says {
  /** Where the common one does not fit. */
  readonly title?: string
  readonly text: string
}

export interface ErrorTexts {
  readonly title: string
  readonly forDevelopers: string
  readonly error: string
  readonly description: string
  readonly request: string
  readonly whose: (app: string, publisher: string) => string
  /** @param place where that is: a host, or the scheme of an app on the device. */
  readonly goOn: (place: string) => string
  readonly errors: Readonly<Record<KnownError, Says>>
  readonly other: Says
}

const expired: Readonly<Record<Language, Says>> = {
  en: {
    title: 'This request has expired',
    text: 'It took too long, was finished long ago, or was begun in another browser. Go back to the app and start again.',
  },
  zh: {
    title: '此请求已过期',
    text: '它耗时过长、早已完成，或是在其他浏览器中开始的。请返回应用并重新开始。',
  },
}

/** What the page of an OAuth error says. */
export const errorTexts: Readonly<Record<Language, ErrorTexts>> = {
  en: {
    title: 'The app made a mistake',
    forDevelopers: 'For the developers of the app',
    error: 'Error',
    description: 'Description',
    request: 'Request',
    whose: (app, publisher) => `The app is ${app}, published by ${publisher}. Go on only if you know it.`,
    goOn: (place) => `Go on to ${place}`,
    errors: {
      invalid_request: { text: 'Its request is incomplete or cannot be understood. Please tell the app’s developers.' },
      invalid_client: {
        text: 'It is not known here: it may have been deleted, or uses a wrong address of this server.',
      },
      unauthorized_client: {
        text: 'It is not allowed to ask for access in this way. Please tell the app’s developers.',
      },
      invalid_redirect_uri: {
        text: 'It wanted to send you to an address that is not registered for it. You were stopped here for your safety.',
      },
      access_denied: { title: 'Access was refused', text: 'The app gets no access. You can close this page.' },
      already_answered: {
        title: 'The app was answered already',
        text: 'You decided about this request, and the app got its answer. Go back to the app. If it still waits, start again there.',
      },
      session_not_found: expired.en,
      expired: expired.en,
      other_session: {
        title: 'You are no longer signed in as before',
        text: 'Since it was decided in this browser, you signed out, or somebody signed in anew, so the app gets nothing. Go back to the app and start again.',
      },
      unsupported_response_type: {
        text: 'It asked for a kind of answer that is not given here. Please tell the app’s developers.',
      },
      invalid_scope: { text: 'It asked for permissions that it may not have. Please tell the app’s developers.' },
      server_error: {
        title: 'Something went wrong',
        text: 'It is the server’s fault, not yours. Please try again; if it happens again, tell the operator of this server.',
      },
      temporarily_unavailable: {
        title: 'Not available at the moment',
        text: 'The server has too much to do, or is being maintained. Please try again in a few minutes.',
      },
    },
    other: {
      title: 'This request cannot go on',
      text: 'Go back to the app and start again. If that does not help, tell the app’s developers.',
    },
  },
  zh: {
    title: '应用的请求有误',
    forDevelopers: '供应用开发者参考',
    error: '错误',
    description: '说明',
    request: '请求编号',
    whose: (app, publisher) => `该应用是 ${app}，由 ${publisher} 发布。仅在您了解它时才继续。`,
    goOn: (place) => `继续前往 ${place}`,
    errors: {
      invalid_request: { text: '它的请求不完整或无法识别，请告知应用的开发者。' },
      invalid_client: { text: '此服务器不认识该应用：它可能已被删除，或使用了错误的服务器地址。' },
      unauthorized_client: { text: '它不能以这种方式请求访问权限，请告知应用的开发者。' },
      invalid_redirect_uri: { text: '它想把您带到一个未登记的地址。为了您的安全，已在此处停止。' },
      access_denied: { title: '访问已被拒绝', text: '该应用不会获得访问权限。您可以关闭此页面。' },
      already_answered: {
        title: '应用已收到答复',
        text: '您已对此请求作出决定，应用也已收到答复。请返回应用；如果它仍在等待，请在应用中重新开始。',
      },
      session_not_found: expired.zh,
      expired: expired.zh,
      other_session: {
        title: '登录状态已改变',
        text: '作出决定之后，您已在此浏览器中退出或重新登录，因此应用不会获得任何权限。请返回应用并重新开始。',
      },
      unsupported_response_type: { text: '它请求的应答类型不受支持，请告知应用的开发者。' },
      invalid_scope: { text: '它请求了不允许拥有的权限，请告知应用的开发者。' },
      server_error: {
        title: '出现问题',
        text: '这是服务器的问题，与您无关。请重试；如果问题依旧，请告知此服务器的管理者。',
      },
      temporarily_unavailable: { title: '暂时无法使用', text: '服务器繁忙或正在维护，请几分钟后重试。' },
    },
    other: { title: '此请求无法继续', text: '请返回应用并重新开始。如果仍不行，请告知应用的开发者。' },
  },
}
