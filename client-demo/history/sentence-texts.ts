import type { Texts } from '../i18n/language.ts'
import { membershipTexts } from '../viewer/texts.ts'

/** What a sentence depends on. */
export interface Facts {
  readonly type: string
  /** The actor did it for themselves, or for nobody in particular. */
  readonly bySelf: boolean
  readonly hasUser: boolean
  readonly hasApp: boolean
  /** How many people it was about. */
  readonly people: number
  /** How many scopes it leaves, and how many there were. */
  readonly scopes: number
  readonly scopesBefore: number
  /** How many fields changed. */
  readonly fields: number
  readonly reason: string
  readonly endsTokens: boolean
}

/** A sentence with placeholders such as `{actor}`; sentence.ts knows what they stand for. */
type Say = (facts: Facts) => string

interface SentenceTexts {
  readonly sentences: Readonly<Record<string, Say>>
  /** For types that only a newer server knows. */
  readonly unknown: Say
  readonly someApp: string
  readonly somebody: string
  readonly people: (count: number) => string
  readonly comma: string
  readonly andMore: (some: string, more: number) => string
  readonly roles: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
}

const withScopes = ({ scopes }: Facts): string => (scopes > 0 ? ': {scopes}' : '')
const withScopesZh = ({ scopes }: Facts): string => (scopes > 0 ? '：{scopes}' : '')

export const sentenceTexts: Texts<SentenceTexts> = {
  en: {
    sentences: {
      ORGANIZATION_CREATED: () => '{actor} created the organization {organization}',
      ORGANIZATION_UPDATED: () => '{actor} renamed the organization from “{nameBefore}” to “{name}”',
      MEMBER_INVITED: () => '{actor} invited {email} as {role}',
      MEMBER_JOINED: () => '{people} joined as {role}',
      MEMBER_ROLE_CHANGED: () => '{actor} changed the role of {people} from {roleBefore} to {role}',
      MEMBER_REMOVED: ({ bySelf }) => (bySelf ? '{people} left the organization' : '{actor} removed {people}'),
      APP_CREATED: () => '{actor} created {app}',
      APP_UPDATED: ({ fields }) => (fields > 0 ? '{actor} edited {app}: {fields}' : '{actor} edited {app}'),
      APP_ENABLED: () => '{actor} enabled {app}',
      APP_DISABLED: () => '{actor} disabled {app}',
      APP_DELETED: () => '{actor} deleted {app}',
      APP_SECRET_CREATED: () => '{actor} created the secret {credential} for {app}',
      APP_SECRET_REVOKED: ({ endsTokens }) =>
        `{actor} revoked the secret {credential} of {app}${endsTokens ? ', and the tokens obtained with it' : ''}`,
      APP_KEY_ADDED: () => '{actor} added the key {credential} to {app}',
      APP_KEY_REMOVED: ({ endsTokens }) =>
        `{actor} removed the key {credential} from {app}${endsTokens ? ', and the tokens obtained with it' : ''}`,
      INSTALL_REQUESTED: (facts) => `{people} asked for {app}${withScopes(facts)}`,
      INSTALL_WITHDRAWN: ({ bySelf }) =>
        bySelf ? '{people} withdrew the request for {app}' : 'The request of {people} for {app} was withdrawn',
      INSTALL_APPROVED: (facts) => `{actor} approved {app} for {people}${withScopes(facts)}`,
      INSTALL_DENIED: ({ reason }) => `{actor} denied {app} for {people}${reason ? ': “{reason}”' : ''}`,
      INSTALL_DENIAL_LIFTED: () => '{actor} lifted the denial of {app}',
      APP_INSTALLED: (facts) =>
        facts.scopesBefore > 0
          ? `{actor} changed what {app} may do here${withScopes(facts)}`
          : `{actor} installed {app}${withScopes(facts)}`,
      APP_UNINSTALLED: () => '{actor} uninstalled {app}',
      GRANT_CREATED: (facts) =>
        facts.bySelf
          ? `{actor} authorized {app}${withScopes(facts)}`
          : `{app} was authorized for {people}${withScopes(facts)}`,
      GRANT_CHANGED: (facts) =>
        facts.bySelf
          ? `{actor} changed the grant of {app}${withScopes(facts)}`
          : `The grant of {app} for {people} changed${withScopes(facts)}`,
      GRANT_REVOKED: ({ bySelf }) =>
        bySelf ? '{actor} revoked the grant of {app}' : '{actor} revoked the grant of {app} for {people}',
      TOKEN_REUSE_DETECTED: ({ hasUser }) =>
        `A refresh token of {app}${hasUser ? ' for {people}' : ''} was used twice; the tokens that came of it were deleted`,
    },
    unknown: ({ hasApp, hasUser }) => `{actor}: {type}${hasApp ? ' · {app}' : ''}${hasUser ? ' · {people}' : ''}`,
    someApp: 'an app',
    somebody: 'somebody',
    people: (count) => `${count} people`,
    comma: ', ',
    andMore: (some, more) => `${some} and ${more} more`,
    roles: Object.fromEntries(
      Object.entries(membershipTexts.en.roles).map(([role, name]) => [role, name.toLowerCase()]),
    ),
    fields: {
      name: 'name',
      description: 'description',
      logoUrl: 'logo',
      homepageUrl: 'homepage',
      distribution: 'distribution',
      redirectUris: 'redirect URIs',
      postLogoutRedirectUris: 'post-logout redirect URIs',
      scopes: 'scopes',
      approvedScopes: 'approved scopes',
      deniedScopes: 'denied scopes',
      status: 'status',
      reason: 'reason',
      role: 'role',
      email: 'e-mail',
      secret: 'secret',
      key: 'key',
      revokeTokens: 'tokens revoked',
    },
  },
  zh: {
    sentences: {
      ORGANIZATION_CREATED: () => '{actor} 创建了组织 {organization}',
      ORGANIZATION_UPDATED: () => '{actor} 将组织名称由“{nameBefore}”改为“{name}”',
      MEMBER_INVITED: () => '{actor} 邀请 {email} 成为{role}',
      MEMBER_JOINED: () => '{people} 以{role}身份加入',
      MEMBER_ROLE_CHANGED: () => '{actor} 将 {people} 的角色由{roleBefore}改为{role}',
      MEMBER_REMOVED: ({ bySelf }) => (bySelf ? '{people} 离开了组织' : '{actor} 移除了 {people}'),
      APP_CREATED: () => '{actor} 创建了 {app}',
      APP_UPDATED: ({ fields }) => (fields > 0 ? '{actor} 编辑了 {app}：{fields}' : '{actor} 编辑了 {app}'),
      APP_ENABLED: () => '{actor} 启用了 {app}',
      APP_DISABLED: () => '{actor} 停用了 {app}',
      APP_DELETED: () => '{actor} 删除了 {app}',
      APP_SECRET_CREATED: () => '{actor} 为 {app} 创建了密钥 {credential}',
      APP_SECRET_REVOKED: ({ endsTokens }) =>
        `{actor} 撤销了 {app} 的密钥 {credential}${endsTokens ? '及由其取得的令牌' : ''}`,
      APP_KEY_ADDED: () => '{actor} 为 {app} 添加了公钥 {credential}',
      APP_KEY_REMOVED: ({ endsTokens }) =>
        `{actor} 移除了 {app} 的公钥 {credential}${endsTokens ? '及由其取得的令牌' : ''}`,
      INSTALL_REQUESTED: (facts) => `{people} 请求安装 {app}${withScopesZh(facts)}`,
      INSTALL_WITHDRAWN: ({ bySelf }) =>
        bySelf ? '{people} 撤回了对 {app} 的请求' : '{people} 对 {app} 的请求已被撤回',
      INSTALL_APPROVED: (facts) => `{actor} 为 {people} 批准了 {app}${withScopesZh(facts)}`,
      INSTALL_DENIED: ({ reason }) => `{actor} 拒绝了 {people} 对 {app} 的请求${reason ? '：“{reason}”' : ''}`,
      INSTALL_DENIAL_LIFTED: () => '{actor} 解除了对 {app} 的拒绝',
      APP_INSTALLED: (facts) =>
        facts.scopesBefore > 0
          ? `{actor} 更改了 {app} 在此的权限${withScopesZh(facts)}`
          : `{actor} 安装了 {app}${withScopesZh(facts)}`,
      APP_UNINSTALLED: () => '{actor} 卸载了 {app}',
      GRANT_CREATED: (facts) =>
        facts.bySelf ? `{actor} 授权了 {app}${withScopesZh(facts)}` : `已为 {people} 授权 {app}${withScopesZh(facts)}`,
      GRANT_CHANGED: (facts) =>
        facts.bySelf
          ? `{actor} 更改了对 {app} 的授权${withScopesZh(facts)}`
          : `{people} 对 {app} 的授权已更改${withScopesZh(facts)}`,
      GRANT_REVOKED: ({ bySelf }) =>
        bySelf ? '{actor} 撤销了对 {app} 的授权' : '{actor} 撤销了 {people} 对 {app} 的授权',
      TOKEN_REUSE_DETECTED: ({ hasUser }) =>
        `{app}${hasUser ? ' 代表 {people} 持有' : ''}的刷新令牌被重复使用；由其产生的令牌已被删除`,
    },
    unknown: ({ hasApp, hasUser }) => `{actor}：{type}${hasApp ? ' · {app}' : ''}${hasUser ? ' · {people}' : ''}`,
    someApp: '某个应用',
    somebody: '有人',
    people: (count) => `${count} 人`,
    comma: '、',
    andMore: (some, more) => `${some} 和其他 ${more} 项`,
    roles: membershipTexts.zh.roles,
    fields: {
      name: '名称',
      description: '描述',
      logoUrl: '图标',
      homepageUrl: '主页',
      distribution: '分发范围',
      redirectUris: '重定向 URI',
      postLogoutRedirectUris: '退出后的重定向 URI',
      scopes: '权限',
      approvedScopes: '已批准的权限',
      deniedScopes: '已拒绝的权限',
      status: '状态',
      reason: '原因',
      role: '角色',
      email: '电子邮件',
      secret: '密钥',
      key: '公钥',
      revokeTokens: '同时撤销令牌',
    },
  },
}
