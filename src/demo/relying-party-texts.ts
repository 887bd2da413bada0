import type { Language } from '../http/language.ts'

interface Texts {
  readonly about: string
  readonly idle: string
  readonly connect: string
  readonly connected: string
  readonly refusedNow: string
  readonly who: string
  readonly organization: string
  readonly scopes: string
  readonly ends: string
  readonly ended: string
  readonly check: string
  readonly refresh: string
  readonly disconnect: string
  readonly accepted: (scopes: string) => string
  readonly refused: (status: number, error: string) => string
  readonly refreshed: string
  readonly disconnected: string
  readonly notRevoked: string
  readonly refusal: (error: string) => string
  readonly saidSo: (description: string) => string
  readonly stale: string
  readonly unreachable: string
  readonly notFound: string
  readonly home: string
  readonly error: string
}

/** The error codes of OAuth in the words of the app's user (RFC 6749, RFC 6750). */
const refusals: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    access_denied: 'You, or an administrator of your organization, said no.',
    invalid_client: 'Gatehouse does not accept this app: it is disabled or deleted, or its secret was revoked.',
    unauthorized_client: 'Gatehouse does not allow this app to do that at the moment.',
    invalid_grant: 'This connection has ended: it was revoked, or the app was uninstalled.',
    invalid_scope: 'The app asked for something that it may not ask for.',
    invalid_token: 'The token is no good.',
    insufficient_scope: 'The token is not good for that.',
    interaction_required: 'Gatehouse has to ask you something first.',
    login_required: 'Gatehouse wants you to sign in first.',
    temporarily_unavailable: 'Gatehouse cannot do that just now. Try again in a moment.',
  },
  zh: {
    access_denied: '您或您组织的管理员拒绝了授权。',
    invalid_client: 'Gatehouse 不接受此应用：它已被停用或删除，或者其密钥已被撤销。',
    unauthorized_client: 'Gatehouse 目前不允许此应用执行该操作。',
    invalid_grant: '此连接已失效：授权已被撤销，或应用已被卸载。',
    invalid_scope: '应用申请了它无权申请的权限。',
    invalid_token: '令牌无效。',
    insufficient_scope: '令牌的权限不足。',
    interaction_required: 'Gatehouse 需要先向您确认。',
    login_required: 'Gatehouse 需要您先登录。',
    temporarily_unavailable: 'Gatehouse 暂时无法处理，请稍后重试。',
  },
}

/** What the pages of the relying party say. */
export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    about: 'A small app of the demo world, on a server of its own. It keeps the log of your harbor.',
    idle: 'It is not connected. It would like to know who you are, and to read your documents and calendar.',
    connect: 'Connect to Gatehouse',
    connected: 'It is connected.',
    refusedNow: 'It was connected, and Gatehouse does not accept that now.',
    who: 'Who',
    organization: 'Organization',
    scopes: 'Scopes',
    ends: 'Token ends',
    ended: 'Token ended',
    check: 'Check the token',
    refresh: 'Refresh',
    disconnect: 'Disconnect',
    accepted: (scopes) => `200: the token is accepted. It is worth ${scopes}.`,
    refused: (status, error) => `${status}: the token is refused${error && ` (${error})`}.`,
    refreshed: 'There is a new token.',
    disconnected: 'Disconnected. The tokens were given back.',
    notRevoked: 'Disconnected here, but Gatehouse did not take the tokens back.',
    refusal: (error) => refusals.en[error] ?? `Gatehouse refused: ${error}.`,
    saidSo: (description) => `Gatehouse says: “${description}”`,
    stale: 'That answer does not belong to anything that was begun here. Connect again.',
    unreachable: 'Gatehouse does not answer as it should. Try again in a moment.',
    notFound: 'There is nothing at this address.',
    home: 'Go to the start page',
    error: 'Error',
  },
  zh: {
    about: '演示环境中的一个小应用，运行在它自己的服务器上，记录您港口的日志。',
    idle: '尚未连接。它希望确认您的身份，并读取您的文档和日历。',
    connect: '连接 Gatehouse',
    connected: '已连接。',
    refusedNow: '曾经连接成功，但 Gatehouse 目前不接受该连接。',
    who: '用户',
    organization: '组织',
    scopes: '权限',
    ends: '令牌到期',
    ended: '令牌已到期',
    check: '校验令牌',
    refresh: '刷新',
    disconnect: '断开连接',
    accepted: (scopes) => `200：令牌有效，当前权限为 ${scopes}。`,
    refused: (status, error) => `${status}：令牌被拒绝${error && `（${error}）`}。`,
    refreshed: '已获得新令牌。',
    disconnected: '已断开连接，令牌已交还。',
    notRevoked: '已在此处断开连接，但 Gatehouse 未能收回令牌。',
    refusal: (error) => refusals.zh[error] ?? `Gatehouse 拒绝了请求：${error}。`,
    saidSo: (description) => `Gatehouse 的说明：“${description}”`,
    stale: '该响应与此处发起的任何请求都不对应，请重新连接。',
    unreachable: 'Gatehouse 未正常响应，请稍后重试。',
    notFound: '此地址没有内容。',
    home: '返回首页',
    error: '错误',
  },
}
